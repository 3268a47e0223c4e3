package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Decides on replicas, hosts and monitors, and on what hosts and monitors report. */
final class AttachmentDecider {
  private final State state;

  AttachmentDecider(State state) {
    this.state = state;
  }

  Decision attach(Operation.AttachReplica op) {
    ReplicaInfo attached = Attachments.replica(state, op.replica());
    return attached != null && attached.nonce() == op.nonce()
        ? Decision.nothingToDo()
        : Decision.accepted(new Event.ReplicaAttached(op.replica(), nextIncarnation(), op.nonce()));
  }

  Decision attach(Operation.AttachHost op) {
    HostInfo there = state.hosts.get(op.window());
    if (there != null && !there.host().equals(op.host())) {
      return rejected(
          Refusal.WINDOW_TAKEN, "window %d belongs to '%s'".formatted(op.window(), there.host()));
    }
    Integer window = state.indexes.windowByHost.get(op.host());
    if (window != null && window != op.window()) {
      return rejected(Refusal.WINDOW_TAKEN, "host '%s' has window %d".formatted(op.host(), window));
    }
    return there != null && there.nonce() == op.nonce()
        ? Decision.nothingToDo()
        : Decision.accepted(
            new Event.HostAttached(op.host(), op.window(), nextIncarnation(), op.nonce()));
  }

  Decision attach(Operation.AttachMonitor op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    if (host(op.host()) == null) {
      return rejected(Refusal.HOST_NOT_FOUND, op.host());
    }
    if (partition.isZombie()) {
      return rejected(
          Refusal.PARTITION_STATE, "'%s' is %s".formatted(op.partition(), partition.state()));
    }
    if (partition.kind() == PartitionKind.ULTRAVISOR) {
      return rejected(
          Refusal.PARTITION_KIND, "'%s' is contained by no monitor".formatted(op.partition()));
    }
    MonitorInfo attached = state.monitors.get(partition.id());
    if (attached == null) {
      return Decision.accepted(
          new Event.MonitorAttached(partition.id(), op.host(), nextIncarnation(), op.nonce()));
    }
    return attached.nonce() == op.nonce() && attached.host().equals(op.host())
        ? Decision.nothingToDo()
        : rejected(
            Refusal.MONITOR_ATTACHED,
            "incarnation %d on host '%s'".formatted(attached.incarnation(), attached.host()));
  }

  Decision acknowledge(Operation.AcknowledgeView op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    MonitorInfo monitor = state.monitors.get(partition.id());
    if (monitor == null || monitor.incarnation() != op.incarnation()) {
      return staleMonitor(op.partition(), op.incarnation(), monitor);
    }
    if (op.sequence() > state.sequence) {
      return rejected(
          Refusal.SEQUENCE_AHEAD,
          "sequence %d; the last is %d".formatted(op.sequence(), state.sequence));
    }
    if (op.sequence() <= monitor.acknowledged()) {
      return Decision.nothingToDo();
    }
    Revoking revoking = new Revoking(state);
    revoking.add(new Event.ViewAcknowledged(partition.id(), op.incarnation(), op.sequence()));
    for (long number : awaiting(op.incarnation())) {
      RevocationInfo revocation = state.revocations.require(number);
      if (revocation.revokedAt() <= op.sequence()) {
        revoking.acknowledge(revocation, partition.id(), op.incarnation(), false);
      }
    }
    return revoking.decision();
  }

  Decision fence(Operation.FenceMonitor op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    MonitorInfo monitor = state.monitors.get(partition.id());
    if (monitor == null || monitor.incarnation() != op.incarnation()) {
      return staleMonitor(op.partition(), op.incarnation(), monitor);
    }
    Revoking revoking = new Revoking(state);
    revoking.add(
        new Event.MonitorFenced(partition.id(), op.incarnation(), op.evidence(), op.reason()));
    for (long number : awaiting(op.incarnation())) {
      revoking.acknowledge(
          state.revocations.require(number), partition.id(), op.incarnation(), true);
    }
    return revoking.decision();
  }

  Decision scrubbed(Operation.RecordScrub op) {
    HostInfo host = host(op.host());
    if (host == null) {
      return rejected(Refusal.HOST_NOT_FOUND, op.host());
    }
    RevocationInfo revocation = state.revocations.get(Math.max(op.revocation(), 0));
    if (revocation == null) {
      return rejected(Refusal.REVOCATION_NOT_FOUND, "revocation " + op.revocation());
    }
    if (host.incarnation() != op.incarnation()) {
      return rejected(
          Refusal.INCARNATION_STALE,
          "%d; host '%s' is attached as %d"
              .formatted(op.incarnation(), op.host(), host.incarnation()));
    }
    if (!revocation.scrubDue()) {
      return rejected(
          Refusal.SCRUB_NOT_DUE,
          revocation.scrub()
              ? "revocation %d awaits monitors %s".formatted(op.revocation(), revocation.awaited())
              : "revocation %d needs no scrub".formatted(op.revocation()));
    }
    if (PageChecks.windowOf(revocation.range().firstFrame()) != host.window()) {
      return rejected(
          Refusal.PAGES_OUT_OF_BOUNDS,
          "%s is not in window %d of host '%s'"
              .formatted(revocation.range(), host.window(), op.host()));
    }
    Revoking revoking = new Revoking(state);
    revoking.scrubbed(revocation, op.incarnation());
    return revoking.decision();
  }

  private NavigableSet<Long> awaiting(long incarnation) {
    return state.indexes.revocationsAwaiting.getOrDefault(incarnation, new TreeSet<>());
  }

  private @Nullable HostInfo host(String name) {
    Integer window = state.indexes.windowByHost.get(name);
    return window == null ? null : state.hosts.require(window);
  }

  private long nextIncarnation() {
    return state.next(Counter.INCARNATION);
  }

  private static Decision staleMonitor(
      String partition, long incarnation, @Nullable MonitorInfo attached) {
    return rejected(
        Refusal.INCARNATION_STALE,
        attached == null
            ? "%d; no monitor of '%s' is attached".formatted(incarnation, partition)
            : "%d; '%s' is attached as %d"
                .formatted(incarnation, partition, attached.incarnation()));
  }
}
