package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/** The loans that are open, and what becomes of them without anybody asking. */
final class NaiveLoans {
  private final NaiveState state;
  private final TreeMap<Long, NaiveLoan> open = new TreeMap<>();

  NaiveLoans(NaiveState state) {
    this.state = state;
  }

  Collection<NaiveLoan> all() {
    return open.values();
  }

  List<NaiveLoan> copy() {
    return List.copyOf(open.values());
  }

  @Nullable NaiveLoan get(long number) {
    return open.get(number);
  }

  NaiveLoan require(long number) {
    return Objects.requireNonNull(open.get(number));
  }

  /** Writes a loan, and where its borrowers see it. */
  void put(long number, @Nullable NaiveLoan loan) {
    NaiveLoan old = loan == null ? open.remove(number) : open.put(number, loan);
    if (old != null) {
      seen(old, -1);
    }
    if (loan != null) {
      seen(loan, 1);
    }
    state.undo.add(() -> put(number, old));
  }

  private void seen(NaiveLoan loan, int sign) {
    for (NaiveLoan.Borrower borrower : loan.borrowers()) {
      if (borrower.held()) {
        state.memory.borrows(
            borrower.partition(), borrower.guest(), loan.range().frameCount(), sign);
      }
    }
  }

  /** Takes a loan off its pages, which do nothing else by that. */
  void close(NaiveLoan loan) {
    for (long frame : NaivePages.frames(loan.range())) {
      state.memory.change(frame, page -> page.inLoan(0));
    }
    put(loan.number(), null);
  }

  /** The owner of lent pages sees them again. */
  void reclaim(NaiveLoan loan) {
    for (long frame : NaivePages.frames(loan.range())) {
      state.memory.change(
          frame,
          page ->
              page.keptGuest() < 0
                  ? page.inLoan(0)
                  : page.seen(page.owner(), page.keptGuest(), page.rights()));
    }
    put(loan.number(), null);
  }

  /** A borrower loses its access; it is off the loan once that is acknowledged and scrubbed. */
  void takeBack(NaiveLoan loan, NaiveLoan.Borrower borrower, boolean scrub) {
    NaivePending pending =
        state.pending(state.monitorOf(borrower.partition()), scrub, NaiveEnd.RETURNED);
    put(loan.number(), loan.with(borrower.partition(), borrower.returning(pending)));
  }

  /** Offers and access of a borrower that is going. */
  void borrowerDies(int partition) {
    for (NaiveLoan loan : copy()) {
      NaiveLoan.Borrower borrower = loan.borrower(partition);
      if (borrower != null && borrower.offered()) {
        put(loan.number(), loan.with(partition, null));
      } else if (borrower != null && borrower.held()) {
        takeBack(loan, borrower, false);
      }
    }
  }

  /**
   * Loans of an owner that is going: offers are withdrawn, what nobody has ends, what somebody has
   * is as if lent from here on.
   */
  void ownerDies(int partition) {
    for (NaiveLoan loan : copy()) {
      if (loan.owner() == partition) {
        ownerDies(loan);
      }
    }
  }

  private void ownerDies(NaiveLoan open) {
    NaiveLoan loan = open;
    for (NaiveLoan.Borrower borrower : open.borrowers()) {
      loan = borrower.offered() ? loan.with(borrower.partition(), null) : loan;
    }
    put(loan.number(), loan);
    if (!loan.inUse()) {
      for (long frame : NaivePages.frames(loan.range())) {
        releaseUnused(frame);
      }
      put(loan.number(), null);
    } else if (!loan.lend()) {
      put(loan.number(), loan.orphaned());
      for (long frame : NaivePages.frames(loan.range())) {
        List<Long> owner = state.monitorOf(loan.owner());
        state.revoke(frame, state.pending(owner, false, NaiveEnd.LENT));
      }
    }
  }

  /** A page that was offered and that nobody has. */
  private void releaseUnused(long frame) {
    NaivePage page = state.memory.require(frame);
    NaivePending pending = page.pending();
    if (pending != null && pending.end().is(NaiveEnd.Kind.LENT)) {
      state.memory.set(frame, page.gone(pending.redirected(NaiveEnd.AVAILABLE, true)));
    } else {
      List<Long> awaited = page.guest() < 0 ? List.of() : state.monitorOf(page.owner());
      state.memory.set(frame, page.gone(state.pending(awaited, true, NaiveEnd.AVAILABLE)));
    }
    state.finish(frame);
  }

  // ---- what follows by itself

  /** Borrowers that have let go are off their loans; loans that this leaves without use end. */
  void settle() {
    for (NaiveLoan loan : copy()) {
      NaiveLoan left = loan;
      for (NaiveLoan.Borrower borrower : loan.borrowers()) {
        NaivePending pending = borrower.pending();
        if (pending != null && pending.over()) {
          left = left.with(borrower.partition(), null);
        }
      }
      if (left.borrowers().size() < loan.borrowers().size()) {
        put(loan.number(), left);
      }
      boolean owned = !state.partitions.require(left.owner()).zombie();
      if (left.borrowers().isEmpty() && owned && left.channel() != 0) {
        reclaim(left);
      } else if (left.borrowers().isEmpty()) {
        endIfOrphan(left);
      }
    }
  }

  private void endIfOrphan(NaiveLoan loan) {
    NaivePartition owner = state.partitions.require(loan.owner());
    for (long frame : NaivePages.frames(loan.range())) {
      NaivePending pending = state.memory.require(frame).pending();
      if (!owner.zombie() || (pending != null && pending.end().is(NaiveEnd.Kind.LENT))) {
        return;
      }
    }
    for (long frame : NaivePages.frames(loan.range())) {
      NaivePending scrub = state.pending(List.of(), true, NaiveEnd.AVAILABLE);
      state.memory.change(frame, page -> page.gone(scrub));
    }
    put(loan.number(), null);
  }

  /** Part of a loan breaks: it is cut out and ends, and all who could use it must let go. */
  void poison(NaiveLoan whole, PageRange part) {
    NaiveLoan loan = whole;
    if (part.firstFrame() > loan.range().firstFrame()) {
      loan = splitAt(loan, part.firstFrame());
    }
    if (part.endFrame() < loan.range().endFrame()) {
      splitAt(loan, part.endFrame());
    }
    TreeSet<Long> users = new TreeSet<>();
    for (NaiveLoan.Borrower borrower : whole.borrowers()) {
      if (borrower.held()) {
        users.addAll(state.monitorOf(borrower.partition()));
      } else if (borrower.pending() != null) {
        users.addAll(borrower.pending().awaited());
      }
    }
    put(loan.number(), null);
    for (long frame : NaivePages.frames(part)) {
      poison(frame, users);
    }
  }

  private void poison(long frame, Set<Long> users) {
    NaivePage page = state.memory.require(frame);
    NaivePending pending = page.pending();
    boolean letting = pending != null && pending.end().is(NaiveEnd.Kind.LENT);
    TreeSet<Long> awaited = new TreeSet<>(users);
    if (page.guest() >= 0) {
      awaited.addAll(state.monitorOf(page.owner()));
    }
    NaivePending next;
    if (pending != null && letting && users.isEmpty()) {
      next = pending.redirected(NaiveEnd.POISONED, false);
    } else {
      if (pending != null && letting) {
        awaited.addAll(pending.awaited());
      }
      next = state.pending(List.copyOf(awaited), false, NaiveEnd.POISONED);
    }
    state.memory.set(frame, page.gone(next));
    state.finish(frame);
  }

  /** Cuts a loan in two; returns the second part. */
  private NaiveLoan splitAt(NaiveLoan loan, long at) {
    long number = state.issue("loan");
    NaiveLoan head = loan.part(loan.number(), PageRange.between(loan.range().firstFrame(), at));
    NaiveLoan tail = loan.part(number, PageRange.between(at, loan.range().endFrame()));
    put(loan.number(), head);
    put(number, tail);
    for (long frame : NaivePages.frames(tail.range())) {
      state.memory.change(frame, page -> page.inLoan(number));
    }
    return tail;
  }

  /** Changes what borrowers wait for, where this is true of it. */
  void changePending(Predicate<NaivePending> which, UnaryOperator<NaivePending> how) {
    for (NaiveLoan loan : copy()) {
      changePending(loan, which, how);
    }
  }

  void changePending(
      NaiveLoan loan, Predicate<NaivePending> which, UnaryOperator<NaivePending> how) {
    NaiveLoan changed = loan;
    for (NaiveLoan.Borrower borrower : loan.borrowers()) {
      NaivePending pending = borrower.pending();
      if (pending != null && which.test(pending)) {
        changed = changed.with(borrower.partition(), borrower.returning(how.apply(pending)));
      }
    }
    if (!changed.equals(loan)) {
      put(loan.number(), changed);
    }
  }

  /** All that borrowers wait for. */
  List<NaivePending> pendings() {
    List<NaivePending> found = new ArrayList<>();
    for (NaiveLoan loan : open.values()) {
      for (NaiveLoan.Borrower borrower : loan.borrowers()) {
        if (borrower.pending() != null) {
          found.add(borrower.pending());
        }
      }
    }
    return found;
  }
}
