package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which zombies are gone once the facts gathered so far are written: those that own nothing, have
 * let go of what they borrowed, and whose monitor no revocation awaits any more.
 */
final class Departures {
  private final State state;

  /** What partitions hold less by the facts gathered, in pages; and those worth looking at. */
  private final Map<Integer, Long> givenUp = new TreeMap<>();

  private final Map<Integer, Long> letGo = new TreeMap<>();
  private final Set<Integer> candidates = new TreeSet<>();
  private final Set<Integer> dying = new TreeSet<>();

  /** The revocations that await a monitor, where the facts gathered change that. */
  private final Map<Long, Set<Long>> awaiting = new HashMap<>();

  Departures(State state) {
    this.state = state;
  }

  void dies(int partition) {
    dying.add(partition);
    candidates.add(partition);
  }

  void begun(RevocationInfo revocation) {
    for (long monitor : revocation.awaited()) {
      awaiting(monitor).add(revocation.revocation());
    }
  }

  void split(RevocationInfo whole, long tail) {
    for (long monitor : whole.awaited()) {
      awaiting(monitor).add(tail);
    }
  }

  void superseded(RevocationInfo revocation) {
    for (long monitor : revocation.awaited()) {
      awaiting(monitor).remove(revocation.revocation());
    }
  }

  void acknowledged(RevocationInfo revocation, int partition, long monitor) {
    awaiting(monitor).remove(revocation.revocation());
    candidates.add(partition);
  }

  void completed(RevocationInfo revocation) {
    int partition = revocation.partition();
    if (partition == 0) {
      return;
    }
    long pages = revocation.range().frameCount();
    if (revocation.isReturn()) {
      letGo.merge(partition, pages, Long::sum);
    } else if (revocation.leavesOwner()) {
      givenUp.merge(partition, pages, Long::sum);
    }
    candidates.add(partition);
  }

  void loanEnded(LoanInfo loan) {
    for (LoanBorrower borrower : loan.borrowers()) {
      if (!borrower.isOffered()) {
        letGo.merge(borrower.partition(), loan.range().frameCount(), Long::sum);
        candidates.add(borrower.partition());
      }
    }
  }

  private Set<Long> awaiting(long monitor) {
    return awaiting.computeIfAbsent(
        monitor,
        any -> new TreeSet<>(state.indexes.revocationsAwaiting.getOrDefault(any, new TreeSet<>())));
  }

  /** The partitions that are gone, ascending. */
  List<Integer> gone() {
    List<Integer> gone = new ArrayList<>();
    for (int partition : candidates) {
      boolean dead = dying.contains(partition) || state.partitions.require(partition).isZombie();
      if (dead && holdsNothing(partition)) {
        gone.add(partition);
      }
    }
    return gone;
  }

  private boolean holdsNothing(int partition) {
    long owned = state.memory.owner().frames(Descriptors.partition(partition));
    LoanUse loans = state.indexes.useOf(partition).loans();
    long voided = dying.contains(partition) ? state.indexes.useOf(partition).reserved() : 0;
    MonitorInfo monitor = state.monitors.get(partition);
    return owned - voided == givenUp.getOrDefault(partition, 0L)
        && loans.held() + loans.returning() == letGo.getOrDefault(partition, 0L)
        && (monitor == null || awaiting(monitor.incarnation()).isEmpty());
  }
}
