package org.ultravisor.raft.replica;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Judges what replicas report, in the order of the log, so that all come to the same verdicts
 * whatever the clocks say. A replica that starts or installs a snapshot judges from the next fixed
 * sequence on, as it may not have seen all reports of earlier ones. One thread.
 */
final class Verdicts {
  /** Fixed sequences that wait for reports; older ones are given up. */
  private static final int MOST_OPEN = 1024;

  private final Duration patience;

  /** What this replica had, and what the voters reported, by sequence. */
  private final TreeMap<Long, Open> open = new TreeMap<>();

  private Set<String> voters = Set.of();
  private long agreed;

  /** What is wrong, for the replica that judges. */
  sealed interface Verdict {}

  /** A majority had something else. */
  record Differs(StateReport own, StateReport majority) implements Verdict {}

  /** Voters differ and no value has a majority, nor will. */
  record NoMajority(long sequence, Map<String, StateReport> reports) implements Verdict {}

  private static final class Open {
    final StateReport own;
    final Map<String, StateReport> reports = new TreeMap<>();
    long firstReportedAt;

    Open(StateReport own) {
      this.own = own;
    }
  }

  /**
   * @param patience in ledger time
   */
  Verdicts(Duration patience) {
    this.patience = patience;
  }

  /** Those whose reports count. */
  void voters(Set<String> now) {
    voters = Set.copyOf(now);
  }

  /** The last sequence at which a majority had the same; 0 if none was seen. */
  long agreed() {
    return agreed;
  }

  /** This replica is at a fixed sequence. */
  void reached(StateReport own) {
    open.put(own.sequence(), new Open(own));
    if (open.size() > MOST_OPEN) {
      open.pollFirstEntry();
    }
  }

  /** The sequences to come are not a continuation of those before. */
  void restart() {
    open.clear();
  }

  /** A replica has reported; what follows from it for the replica that judges. */
  Optional<Verdict> reported(String replica, StateReport report, long ledgerTime) {
    Open at = open.get(report.sequence());
    if (at == null || !voters.contains(replica)) {
      return Optional.empty();
    }
    if (at.reports.isEmpty()) {
      at.firstReportedAt = ledgerTime;
    }
    at.reports.put(replica, report);
    return judge(at).or(() -> stuck(ledgerTime));
  }

  private Optional<Verdict> judge(Open at) {
    Map<String, StateReport> counted = counted(at);
    for (StateReport value : Set.copyOf(counted.values())) {
      long equal = counted.values().stream().filter(value::equals).count();
      if (equal > voters.size() / 2) {
        agreed = Math.max(agreed, value.sequence());
        // Whoever differed before differs here, too.
        open.headMap(value.sequence(), true).clear();
        return at.own.equals(value) ? Optional.empty() : Optional.of(new Differs(at.own, value));
      }
    }
    return counted.size() == voters.size() ? Optional.of(noMajority(at)) : Optional.empty();
  }

  /**
   * Those who could decide say nothing, and all that have said something, and differ, are past it.
   */
  private Optional<Verdict> stuck(long ledgerTime) {
    for (Open at : open.values()) {
      Map<String, StateReport> counted = counted(at);
      if (new HashSet<>(counted.values()).size() > 1
          && ledgerTime - at.firstReportedAt >= patience.toMillis()
          && open.tailMap(at.own.sequence(), false).values().stream()
              .flatMap(later -> later.reports.keySet().stream())
              .collect(Collectors.toSet())
              .containsAll(counted.keySet())) {
        return Optional.of(noMajority(at));
      }
    }
    return Optional.empty();
  }

  private Map<String, StateReport> counted(Open at) {
    Map<String, StateReport> counted = new TreeMap<>(at.reports);
    counted.keySet().retainAll(voters);
    return counted;
  }

  private NoMajority noMajority(Open at) {
    return new NoMajority(at.own.sequence(), counted(at));
  }
}
