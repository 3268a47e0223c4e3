package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** Decides on loans: lend, share, retrieve, relinquish, reclaim. */
final class LoanDecider {
  private final State state;
  private final PageChecks pages;
  private final GuestChecks guests;

  LoanDecider(State state) {
    this.state = state;
    this.pages = new PageChecks(state);
    this.guests = new GuestChecks(state);
  }

  Decision lend(Operation.LendPages op) {
    List<LoanBorrower> offers = new ArrayList<>();
    Decision.Rejected refused = offers(op.partition(), op.range(), op.borrowers(), offers);
    if (refused != null) {
      return refused;
    }
    int owner = state.requirePartition(op.partition()).id();
    Revoking revoking = new Revoking(state);
    revoking.open(opened(LoanKind.LEND, owner, op.range(), offers));
    List<Long> awaited = revoking.monitorOf(owner);
    for (LoanPiece piece : pieces(owner, op.range())) {
      revoking.revoke(owner, piece.range(), piece.guestFrame(), awaited, op.scrub(), EndState.LENT);
    }
    return revoking.decision();
  }

  Decision share(Operation.SharePages op) {
    List<LoanBorrower> offers = new ArrayList<>();
    Decision.Rejected refused = offers(op.partition(), op.range(), op.borrowers(), offers);
    return refused != null
        ? refused
        : Decision.accepted(
            opened(
                LoanKind.SHARE, state.requirePartition(op.partition()).id(), op.range(), offers));
  }

  /** The fact that opens a loan. */
  Event.PagesLent opened(LoanKind kind, int owner, PageRange range, List<LoanBorrower> offers) {
    return new Event.PagesLent(
        state.next(Counter.LOAN), kind, owner, range, pieces(owner, range), offers);
  }

  /** Where the owner sees the range, by host address. */
  private List<LoanPiece> pieces(int owner, PageRange range) {
    List<LoanPiece> pieces = new ArrayList<>();
    state.memory.forEachMappingOf(
        owner,
        range,
        (guestFrame, hostFrame, count, rights) ->
            pieces.add(new LoanPiece(new PageRange(hostFrame, count), guestFrame, rights)));
    return pieces;
  }

  /** Fills in whom the pages are offered to, or says why they cannot be. */
  Decision.@Nullable Rejected offers(
      String owner, PageRange range, List<Borrower> borrowers, List<LoanBorrower> offers) {
    List<String> names = new ArrayList<>();
    names.add(owner);
    borrowers.forEach(borrower -> names.add(borrower.partition()));
    Decision.Rejected unfit = alive(names);
    if (unfit != null) {
      return unfit;
    }
    PartitionDescriptor lender = state.requirePartition(owner);
    Decision.Rejected notOwned = pages.owned(range, lender);
    if (notOwned != null) {
      return notOwned;
    }
    Rights most = leastRights(lender.id(), range);
    for (Borrower borrower : borrowers) {
      if (!most.includes(borrower.rights())) {
        return rejected(
            Refusal.RIGHTS_EXCEEDED,
            "'%s' would have %s; '%s' has %s"
                .formatted(borrower.partition(), borrower.rights(), owner, most));
      }
      offers.add(
          LoanBorrower.offered(
              state.requirePartition(borrower.partition()).id(), borrower.rights()));
    }
    return null;
  }

  /** The rights that the owner has to every page of the range. */
  private Rights leastRights(int owner, PageRange range) {
    int[] bits = {Rights.ALL.bits()};
    state.memory.forEachMappingOf(
        owner, range, (guest, host, count, rights) -> bits[0] &= rights.bits());
    return new Rights(bits[0]);
  }

  /** Why not every one of these partitions is there and lives; null if all do. */
  Decision.@Nullable Rejected alive(List<String> names) {
    for (String name : names) {
      if (state.partition(name) == null) {
        return rejected(Refusal.PARTITION_NOT_FOUND, name);
      }
    }
    for (String name : names) {
      PartitionDescriptor partition = state.requirePartition(name);
      if (partition.isZombie()) {
        return rejected(Refusal.PARTITION_STATE, "'%s' is %s".formatted(name, partition.state()));
      }
    }
    return null;
  }

  /** Why the partition and the loan cannot take part; null if both are there and it lives. */
  private Decision.@Nullable Rejected unfit(String partition, long loan) {
    if (state.partition(partition) == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, partition);
    }
    if (state.loans.get(loan) == null) {
      return rejected(Refusal.LOAN_NOT_FOUND, "loan " + loan);
    }
    return alive(List.of(partition));
  }

  private static Decision.Rejected noBorrower(String partition, LoanInfo loan) {
    return rejected(
        Refusal.LOAN_NOT_BORROWER,
        "'%s' is no borrower of loan %d".formatted(partition, loan.loan()));
  }

  Decision retrieve(Operation.RetrievePages op) {
    Decision.Rejected unfit = unfit(op.partition(), op.loan());
    if (unfit != null) {
      return unfit;
    }
    int partition = state.requirePartition(op.partition()).id();
    LoanInfo loan = state.loans.require(op.loan());
    LoanBorrower borrower = loan.borrower(partition);
    if (borrower == null) {
      return noBorrower(op.partition(), loan);
    }
    Decision.Rejected notReady = notReady(loan);
    if (notReady != null) {
      return notReady;
    }
    if (!borrower.isOffered()) {
      return rejected(
          Refusal.LOAN_HELD,
          "'%s' has loan %d at guest frame %d: %s"
              .formatted(op.partition(), op.loan(), borrower.guestFrame(), borrower.state()));
    }
    long count = loan.range().frameCount();
    long guestFrame =
        guests.place(partition, op.guestFrame(), count, GuestChecks.alignmentOf(loan.range()));
    Decision.Rejected taken = guests.free(partition, guestFrame, count);
    return taken != null
        ? taken
        : Decision.accepted(new Event.PagesRetrieved(op.loan(), partition, guestFrame));
  }

  /** What the owner of a lent range has yet to let go of; null if that is all done. */
  private Decision.@Nullable Rejected notReady(LoanInfo loan) {
    RevocationInfo pending = loan.isLent() ? state.indexes.revocationIn(loan.range()) : null;
    return pending == null
        ? null
        : rejected(
            Refusal.LOAN_NOT_READY,
            "revocation %d of %s %s"
                .formatted(
                    pending.revocation(),
                    pending.range(),
                    pending.awaited().isEmpty()
                        ? "waits for its scrub"
                        : "awaits monitors " + pending.awaited()));
  }

  Decision relinquish(Operation.RelinquishPages op) {
    Decision.Rejected unfit = unfit(op.partition(), op.loan());
    if (unfit != null) {
      return unfit;
    }
    LoanInfo loan = state.loans.require(op.loan());
    LoanBorrower borrower = loan.borrower(state.requirePartition(op.partition()).id());
    if (borrower == null) {
      return noBorrower(op.partition(), loan);
    }
    if (loan.channel() != 0) {
      return ofChannel(loan);
    }
    if (!borrower.isHeld()) {
      return rejected(
          Refusal.LOAN_NOT_HELD,
          "loan %d is %s to '%s'".formatted(op.loan(), borrower.state(), op.partition()));
    }
    if (op.scrub() && !mayScrub(loan, borrower)) {
      return rejected(Refusal.LOAN_SCRUB, "loan %d is used by others".formatted(op.loan()));
    }
    Revoking revoking = new Revoking(state);
    revoking.takeBack(loan, borrower, op.scrub());
    return revoking.decision();
  }

  private static boolean mayScrub(LoanInfo loan, LoanBorrower last) {
    return loan.isLent()
        && loan.borrowers().stream().allMatch(each -> each.isOffered() || each.equals(last));
  }

  private static Decision.Rejected ofChannel(LoanInfo loan) {
    return rejected(
        Refusal.LOAN_OF_CHANNEL,
        "loan %d carries channel %d".formatted(loan.loan(), loan.channel()));
  }

  Decision reclaim(Operation.ReclaimPages op) {
    Decision.Rejected unfit = unfit(op.partition(), op.loan());
    if (unfit != null) {
      return unfit;
    }
    LoanInfo loan = state.loans.require(op.loan());
    if (loan.partition() != state.requirePartition(op.partition()).id()) {
      return rejected(
          Refusal.LOAN_NOT_LENDER,
          "loan %d is of pages of '%s'"
              .formatted(op.loan(), state.partitions.require(loan.partition()).name()));
    }
    if (loan.channel() != 0) {
      return ofChannel(loan);
    }
    Decision.Rejected notReady = notReady(loan);
    if (notReady != null) {
      return notReady;
    }
    for (LoanBorrower borrower : loan.borrowers()) {
      if (!borrower.isOffered()) {
        return rejected(
            Refusal.LOAN_IN_USE,
            "loan %d is %s by '%s'"
                .formatted(
                    op.loan(),
                    borrower.state(),
                    state.partitions.require(borrower.partition()).name()));
      }
    }
    return Decision.accepted(new Event.LoanReclaimed(op.loan()));
  }
}
