package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** Pages are lent, shared, retrieved, relinquished, reclaimed and protected. */
final class NaiveLending {
  private final NaiveState state;

  NaiveLending(NaiveState state) {
    this.state = state;
  }

  @Nullable Refusal lend(Operation.LendPages op) {
    return open(op.partition(), op.range(), op.borrowers(), true, op.scrub());
  }

  @Nullable Refusal share(Operation.SharePages op) {
    return open(op.partition(), op.range(), op.borrowers(), false, false);
  }

  private @Nullable Refusal open(
      String name, PageRange range, List<Borrower> to, boolean lend, boolean scrub) {
    List<String> names = new ArrayList<>(List.of(name));
    to.forEach(each -> names.add(each.partition()));
    Refusal problem = state.partitionProblem(names.toArray(String[]::new));
    if (problem != null) {
      return problem;
    }
    NaivePartition owner = state.require(name);
    problem = state.notOwned(range, owner.id());
    if (problem != null) {
      return problem;
    }
    List<NaiveLoan.Borrower> borrowers = new ArrayList<>();
    for (Borrower each : to) {
      borrowers.add(
          new NaiveLoan.Borrower(
              state.require(each.partition()).id(),
              each.rights(),
              NaiveLoan.Access.OFFERED,
              -1,
              null));
    }
    return exceeds(range, borrowers)
        ? Refusal.RIGHTS_EXCEEDED
        : open(owner, range, borrowers, lend, scrub);
  }

  boolean exceeds(PageRange range, List<NaiveLoan.Borrower> borrowers) {
    for (long frame : NaivePages.frames(range)) {
      Rights has = state.memory.require(frame).rights();
      for (NaiveLoan.Borrower borrower : borrowers) {
        if (has != null && !has.includes(borrower.rights())) {
          return true;
        }
      }
    }
    return false;
  }

  private @Nullable Refusal open(
      NaivePartition owner,
      PageRange range,
      List<NaiveLoan.Borrower> borrowers,
      boolean lend,
      boolean scrub) {
    long number = state.issue("loan");
    NaivePending pending = state.pending(state.monitorOf(owner.id()), scrub, NaiveEnd.LENT);
    for (long frame : NaivePages.frames(range)) {
      state.memory.change(
          frame, page -> lend ? page.lentOut(number, pending) : page.inLoan(number));
      state.finish(frame);
    }
    state.loans.put(
        number, new NaiveLoan(number, lend, owner.id(), range, List.copyOf(borrowers), 0));
    return null;
  }

  /** Why this partition cannot do something with this loan. */
  private @Nullable Refusal names(String partition, long loan) {
    if (state.named(partition) == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    if (state.loans.get(loan) == null) {
      return Refusal.LOAN_NOT_FOUND;
    }
    return state.require(partition).zombie() ? Refusal.PARTITION_STATE : null;
  }

  @Nullable Refusal retrieve(Operation.RetrievePages op) {
    Refusal problem = names(op.partition(), op.loan());
    if (problem != null) {
      return problem;
    }
    int id = state.require(op.partition()).id();
    NaiveLoan loan = state.loans.require(op.loan());
    NaiveLoan.Borrower borrower = loan.borrower(id);
    if (borrower == null) {
      return Refusal.LOAN_NOT_BORROWER;
    }
    if (loan.lend() && !ready(loan)) {
      return Refusal.LOAN_NOT_READY;
    }
    if (!borrower.offered()) {
      return Refusal.LOAN_HELD;
    }
    long count = loan.range().frameCount();
    long guest = state.place(id, op.guestFrame(), count, NaiveState.blockOf(loan.range()));
    problem = state.guestProblem(id, guest, count);
    if (problem == null) {
      state.loans.put(loan.number(), loan.with(id, borrower.holding(guest)));
    }
    return problem;
  }

  /** Whether the owner has let go of what it lent. */
  private boolean ready(NaiveLoan loan) {
    for (long frame : NaivePages.frames(loan.range())) {
      NaivePending pending = state.memory.require(frame).pending();
      if (pending != null && pending.end().is(NaiveEnd.Kind.LENT)) {
        return false;
      }
    }
    return true;
  }

  @Nullable Refusal relinquish(Operation.RelinquishPages op) {
    Refusal problem = names(op.partition(), op.loan());
    if (problem != null) {
      return problem;
    }
    NaiveLoan loan = state.loans.require(op.loan());
    NaiveLoan.Borrower borrower = loan.borrower(state.require(op.partition()).id());
    if (borrower == null) {
      return Refusal.LOAN_NOT_BORROWER;
    }
    if (loan.channel() != 0) {
      return Refusal.LOAN_OF_CHANNEL;
    }
    if (!borrower.held()) {
      return Refusal.LOAN_NOT_HELD;
    }
    long others = loan.borrowers().stream().filter(each -> !each.offered()).count() - 1;
    if (op.scrub() && (!loan.lend() || others > 0)) {
      return Refusal.LOAN_SCRUB;
    }
    state.loans.takeBack(loan, borrower, op.scrub());
    return null;
  }

  @Nullable Refusal reclaim(Operation.ReclaimPages op) {
    Refusal problem = names(op.partition(), op.loan());
    if (problem != null) {
      return problem;
    }
    NaiveLoan loan = state.loans.require(op.loan());
    if (loan.owner() != state.require(op.partition()).id()) {
      return Refusal.LOAN_NOT_LENDER;
    }
    if (loan.channel() != 0) {
      return Refusal.LOAN_OF_CHANNEL;
    }
    if (loan.lend() && !ready(loan)) {
      return Refusal.LOAN_NOT_READY;
    }
    if (loan.inUse()) {
      return Refusal.LOAN_IN_USE;
    }
    state.loans.reclaim(loan);
    return null;
  }

  @Nullable Refusal protect(Operation.ProtectPages op) {
    Refusal problem = state.partitionProblem(op.partition());
    if (problem != null) {
      return problem;
    }
    int owner = state.require(op.partition()).id();
    problem = state.notOwnedSharedToo(op.range(), owner);
    if (problem != null) {
      return problem;
    }
    for (long frame : NaivePages.frames(op.range())) {
      NaivePage page = state.memory.require(frame);
      Rights old = page.rights();
      if (old != null && !old.equals(op.rights())) {
        NaivePending pending =
            op.rights().includes(old)
                ? null
                : state.pending(state.monitorOf(owner), false, NaiveEnd.protectedAs(op.rights()));
        state.memory.set(frame, page.with(op.rights()).waiting(pending));
        state.finish(frame);
      }
    }
    return null;
  }
}
