package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Pages that others may use beside, or instead of, their owner.
 *
 * @param lend whether the owner does not see them meanwhile
 * @param channel that the loan serves; 0 if none
 */
record NaiveLoan(
    long number, boolean lend, int owner, PageRange range, List<Borrower> borrowers, long channel) {

  enum Access {
    OFFERED,
    HELD,
    RETURNING
  }

  /**
   * One that may use the pages.
   *
   * @param guest where it sees the first; -1 unless it holds them
   * @param pending what its return waits for
   */
  record Borrower(
      int partition, Rights rights, Access access, long guest, @Nullable NaivePending pending) {

    Borrower holding(long at) {
      return new Borrower(partition, rights, Access.HELD, at, null);
    }

    Borrower returning(NaivePending by) {
      return new Borrower(partition, rights, Access.RETURNING, -1, by);
    }

    boolean held() {
      return access == Access.HELD;
    }

    boolean offered() {
      return access == Access.OFFERED;
    }
  }

  @Nullable Borrower borrower(int partition) {
    for (Borrower each : borrowers) {
      if (each.partition() == partition) {
        return each;
      }
    }
    return null;
  }

  /** With what one borrower has now; null takes it off the loan. */
  NaiveLoan with(int partition, @Nullable Borrower now) {
    List<Borrower> changed = new ArrayList<>();
    for (Borrower each : borrowers) {
      if (each.partition() != partition) {
        changed.add(each);
      } else if (now != null) {
        changed.add(now);
      }
    }
    return new NaiveLoan(number, lend, owner, range, List.copyOf(changed), channel);
  }

  /** Part of it as a loan of its own, or as all that is left of it. */
  NaiveLoan part(long as, PageRange of) {
    List<Borrower> moved = new ArrayList<>();
    for (Borrower each : borrowers) {
      long guest = each.guest() < 0 ? -1 : each.guest() + of.firstFrame() - range.firstFrame();
      moved.add(
          new Borrower(each.partition(), each.rights(), each.access(), guest, each.pending()));
    }
    return new NaiveLoan(as, lend, owner, of, List.copyOf(moved), channel);
  }

  /** Of an owner that is gone and has no access any more. */
  NaiveLoan orphaned() {
    return new NaiveLoan(number, true, owner, range, borrowers, channel);
  }

  boolean inUse() {
    return borrowers.stream().anyMatch(each -> !each.offered());
  }
}
