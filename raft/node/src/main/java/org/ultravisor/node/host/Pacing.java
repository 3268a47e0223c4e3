package org.ultravisor.node.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ultravisor.ledger.core.Operation;

/**
 * Decides when a due report is submitted. Every replica on a host sees the same files, so the
 * leader reports at once and the others only what is still due a while later, each after another
 * while; and nobody repeats what is on its way. One thread; times are in nanoseconds of any clock
 * that does not go back.
 */
final class Pacing {
  static final long SETTLE = 2_000_000_000;
  static final long AFTER_FAILURE = 1_000_000_000;

  private final long delay;
  private final Map<Operation, Report> reports = new HashMap<>();

  /** A report's way: first seen when, not to be submitted before when, and whether it is out. */
  private static final class Report {
    long notBefore;
    boolean submitted;
    boolean committed;
    final long seen;

    Report(long seen) {
      this.seen = seen;
      this.notBefore = seen;
    }
  }

  /**
   * @param delay how long a replica that does not lead lets others be first
   */
  Pacing(long delay) {
    this.delay = delay;
  }

  /** Those of the due reports that should be submitted now; they then count as submitted. */
  List<Operation> ready(List<Operation> due, boolean leading, long now) {
    List<Operation> ready = new ArrayList<>();
    Set<Operation> keys = new HashSet<>();
    for (Operation operation : due) {
      Operation key = key(operation);
      keys.add(key);
      Report report = reports.computeIfAbsent(key, k -> new Report(now));
      if (!report.submitted
          && (now - report.notBefore >= 0 || (leading && report.committed))
          && (leading || isOwn(operation) || now - report.seen >= delay)) {
        report.submitted = true;
        ready.add(operation);
      }
    }
    reports.entrySet().removeIf(e -> !keys.contains(e.getKey()) && !e.getValue().submitted);
    return ready;
  }

  /**
   * The answer to a submitted report came; it is submitted again if it stays due for a while. What
   * is due on the leader after it committed is a new thing: the leader hears of a commit first.
   */
  void answered(Operation operation, boolean committed, long now) {
    Report report = reports.get(key(operation));
    if (report != null) {
      report.submitted = false;
      report.committed = committed;
      report.notBefore = now + (committed ? SETTLE : AFTER_FAILURE);
    }
  }

  /** Nobody else attaches this replica. */
  private static boolean isOwn(Operation operation) {
    return operation instanceof Operation.AttachReplica;
  }

  /** A later acknowledgement by the same incarnation is the same report. */
  private static Operation key(Operation operation) {
    return operation instanceof Operation.AcknowledgeView ack
        ? new Operation.AcknowledgeView(ack.partition(), ack.incarnation(), 0)
        : operation;
  }
}
