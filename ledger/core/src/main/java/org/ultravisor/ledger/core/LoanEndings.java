package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/**
 * Which loans are over by themselves once the facts gathered so far are written: those that no
 * borrower has any more, if their owner is gone and has let go, or if they carry a channel.
 */
final class LoanEndings {
  private final State state;
  private final Set<Integer> dying = new HashSet<>();

  /** What became of loans by the facts gathered, by their first frames. */
  private final TreeMap<Long, Progress> progress = new TreeMap<>();

  /** How far a loan has come, and the ranges that its owner has yet to let go of. */
  private static final class Progress {
    private LoanInfo loan;
    private final Map<Long, PageRange> ownersPending = new TreeMap<>();
    private boolean isOver;

    Progress(LoanInfo loan) {
      this.loan = loan;
    }

    /** What is known of a part of it. */
    Progress of(LoanInfo part) {
      Progress progress = new Progress(part);
      ownersPending.forEach(
          (number, range) -> {
            if (range.overlaps(part.range())) {
              progress.ownersPending.put(number, range);
            }
          });
      return progress;
    }
  }

  LoanEndings(State state) {
    this.state = state;
  }

  void dies(int partition) {
    dying.add(partition);
  }

  boolean isDead(int partition) {
    return dying.contains(partition) || state.partitions.require(partition).isZombie();
  }

  void begun(RevocationInfo revocation) {
    if (revocation.end() instanceof EndState.Lent) {
      progress(revocation).ownersPending.put(revocation.revocation(), revocation.range());
    } else if (revocation.isReturn()) {
      Progress changed = progress(revocation);
      LoanBorrower borrower = changed.loan.borrower(revocation.partition());
      if (borrower != null) {
        changed.loan = changed.loan.with(borrower.returning());
      }
    }
  }

  /** A revocation is over, or goes another way. */
  void over(RevocationInfo revocation) {
    if (revocation.end() instanceof EndState.Lent) {
      progress(revocation).ownersPending.remove(revocation.revocation());
    } else if (revocation.isReturn()) {
      Progress changed = progress(revocation);
      changed.loan = changed.loan.without(revocation.partition());
    }
  }

  void opened(LoanInfo loan) {
    progress.put(loan.range().firstFrame(), new Progress(loan));
  }

  void withdrawn(LoanInfo loan, int borrower) {
    Progress changed = known(loan);
    changed.loan = changed.loan.without(borrower);
  }

  /** A return is given up only with the loan. */
  void superseded(RevocationInfo revocation) {
    if (revocation.end() instanceof EndState.Lent) {
      over(revocation);
    }
  }

  void split(LoanInfo whole, LoanInfo head, LoanInfo tail) {
    Progress before = known(whole);
    progress.put(head.range().firstFrame(), before.of(head));
    progress.put(tail.range().firstFrame(), before.of(tail));
  }

  void ended(LoanInfo loan) {
    known(loan).isOver = true;
  }

  private Progress progress(RevocationInfo revocation) {
    Map.Entry<Long, Progress> found = progress.floorEntry(revocation.range().firstFrame());
    if (found != null && found.getValue().loan.range().overlaps(revocation.range())) {
      return found.getValue();
    }
    LoanInfo loan = state.indexes.loans.loanIn(revocation.range());
    if (loan == null) {
      throw new InvariantViolation(
          "revocation %d is of a loan, but no page of %s is in one"
              .formatted(revocation.revocation(), revocation.range()));
    }
    return known(loan);
  }

  private Progress known(LoanInfo loan) {
    return progress.computeIfAbsent(
        loan.range().firstFrame(),
        any -> {
          Progress first = new Progress(loan);
          for (RevocationInfo pending : state.indexes.revocationsIn(loan.range())) {
            if (pending.end() instanceof EndState.Lent) {
              first.ownersPending.put(pending.revocation(), pending.range());
            }
          }
          return first;
        });
  }

  /** The loans that carry a channel, as they are by now. */
  List<LoanInfo> partsOf(long channel) {
    List<LoanInfo> parts = new ArrayList<>();
    for (Progress part : progressOf(channel)) {
      if (!part.isOver) {
        parts.add(part.loan);
      }
    }
    return parts;
  }

  private List<Progress> progressOf(long channel) {
    List<Progress> all = new ArrayList<>();
    for (long number : state.indexes.channels.loansOf(channel)) {
      LoanInfo loan = state.loans.require(number);
      known(loan);
      all.addAll(progress.subMap(loan.range().firstFrame(), loan.range().endFrame()).values());
    }
    return all;
  }

  /** The channels that no loan carries any more, ascending. */
  Set<Long> closed() {
    Set<Long> touched = new TreeSet<>();
    for (Progress each : progress.values()) {
      if (each.isOver && each.loan.channel() != 0) {
        touched.add(each.loan.channel());
      }
    }
    touched.removeIf(channel -> !progressOf(channel).stream().allMatch(part -> part.isOver));
    return touched;
  }

  /** A loan that is over and of which that is not said yet, the first by address; null if none. */
  @Nullable LoanInfo next() {
    for (Progress each : progress.values()) {
      if (!each.isOver && each.loan.borrowers().isEmpty() && each.ownersPending.isEmpty()) {
        if (isDead(each.loan.partition()) || each.loan.channel() != 0) {
          return each.loan;
        }
      }
    }
    return null;
  }
}
