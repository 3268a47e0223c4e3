package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/** Replicas, hosts and monitors come, acknowledge, go and scrub. */
final class NaiveMonitors {
  private record Replica(long nonce, int rules) {}

  private final NaiveState state;
  private final NaiveTable<String, Replica> replicas;

  /** The active rules, under the one key "", once there are newer ones than the first. */
  private final NaiveTable<String, Integer> rules;

  /** Where revocations began when they were first heard of; only to find their pages sooner. */
  private final Map<Long, Long> firstFrames = new HashMap<>();

  NaiveMonitors(NaiveState state) {
    this.state = state;
    this.replicas = new NaiveTable<>(state.undo);
    this.rules = new NaiveTable<>(state.undo);
  }

  @Nullable Refusal attach(Operation.AttachReplica op) {
    Replica attached = replicas.get(op.replica());
    if (attached == null || attached.nonce() != op.nonce()) {
      state.issue("incarnation");
      replicas.put(op.replica(), new Replica(op.nonce(), 1));
    }
    return null;
  }

  @Nullable Refusal announce(Operation.AnnounceRules op) {
    Replica attached = replicas.get(op.replica());
    if (attached == null) {
      return Refusal.REPLICA_NOT_FOUND;
    }
    replicas.put(op.replica(), new Replica(attached.nonce(), op.newest()));
    return null;
  }

  @Nullable Refusal detach(Operation.DetachReplica op) {
    if (!replicas.has(op.replica())) {
      return Refusal.REPLICA_NOT_FOUND;
    }
    replicas.remove(op.replica());
    return null;
  }

  @Nullable Refusal activate(Operation.ActivateRules op) {
    int active = rules.has("") ? rules.require("") : 1;
    int known = replicas.values().stream().mapToInt(Replica::rules).min().orElse(0);
    if (op.version() <= active || op.version() > known) {
      return Refusal.RULES_UNKNOWN;
    }
    rules.put("", op.version());
    return null;
  }

  @Nullable Refusal attach(Operation.AttachHost op) {
    NaiveState.Host known = state.hosts.get(op.host());
    for (String name : state.hosts.keys()) {
      boolean sameHost = name.equals(op.host());
      boolean sameWindow = state.hosts.require(name).window() == op.window();
      if (sameHost != sameWindow) {
        return Refusal.WINDOW_TAKEN;
      }
    }
    if (known == null || known.nonce() != op.nonce()) {
      long incarnation = state.issue("incarnation");
      state.hosts.put(op.host(), new NaiveState.Host(op.window(), incarnation, op.nonce()));
    }
    return null;
  }

  @Nullable Refusal attach(Operation.AttachMonitor op) {
    NaivePartition partition = state.named(op.partition());
    if (partition == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    if (!state.hosts.has(op.host())) {
      return Refusal.HOST_NOT_FOUND;
    }
    if (partition.zombie()) {
      return Refusal.PARTITION_STATE;
    }
    if (partition.kind() == PartitionKind.ULTRAVISOR) {
      return Refusal.PARTITION_KIND;
    }
    if (partition.monitor() != 0) {
      return partition.nonce() == op.nonce() && partition.host().equals(op.host())
          ? null
          : Refusal.MONITOR_ATTACHED;
    }
    long incarnation = state.issue("incarnation");
    state.partitions.put(
        partition.id(), partition.attached(incarnation, op.host(), op.nonce(), state.sequence));
    return null;
  }

  @Nullable Refusal acknowledge(Operation.AcknowledgeView op) {
    NaivePartition partition = state.named(op.partition());
    if (partition == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    if (partition.monitor() == 0 || partition.monitor() != op.incarnation()) {
      return Refusal.INCARNATION_STALE;
    }
    if (op.sequence() > state.sequence) {
      return Refusal.SEQUENCE_AHEAD;
    }
    if (op.sequence() > partition.acknowledged()) {
      state.partitions.put(
          partition.id(),
          partition.attached(
              partition.monitor(), partition.host(), partition.nonce(), op.sequence()));
    }
    letGo(op.incarnation(), op.sequence());
    return null;
  }

  @Nullable Refusal fence(Operation.FenceMonitor op) {
    NaivePartition partition = state.named(op.partition());
    if (partition == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    if (partition.monitor() == 0 || partition.monitor() != op.incarnation()) {
      return Refusal.INCARNATION_STALE;
    }
    state.partitions.put(partition.id(), partition.attached(0, "", 0, 0));
    letGo(op.incarnation(), Long.MAX_VALUE);
    return null;
  }

  /** A monitor no longer uses what was taken up to a sequence. */
  private void letGo(long incarnation, long upTo) {
    for (int i = 0; i < NaiveMemory.SIZE; i++) {
      NaivePage page = state.memory.at(i);
      NaivePending pending = page == null ? null : page.pending();
      if (page != null && pending != null && pending.waitsFor(incarnation, upTo)) {
        long frame = NaiveMemory.frame(i);
        state.memory.set(frame, page.waiting(pending.without(incarnation)));
        state.finish(frame);
      }
    }
    state.loans.changePending(
        pending -> pending.waitsFor(incarnation, upTo), pending -> pending.without(incarnation));
  }

  @Nullable Refusal scrubbed(Operation.RecordScrub op) {
    NaiveState.Host host = state.hosts.get(op.host());
    if (host == null) {
      return Refusal.HOST_NOT_FOUND;
    }
    List<Long> frames = new ArrayList<>();
    NaivePending pending = null;
    Long frame = firstFrames.get(op.revocation());
    while (frame != null && pendingAt(frame, op.revocation()) != null) {
      pending = pendingAt(frame, op.revocation());
      frames.add(frame++);
    }
    for (NaiveLoan loan : state.loans.all()) {
      for (NaiveLoan.Borrower borrower : loan.borrowers()) {
        if (borrower.pending() != null && borrower.pending().number() == op.revocation()) {
          frames.add(loan.range().firstFrame());
          pending = borrower.pending();
        }
      }
    }
    if (pending == null) {
      return Refusal.REVOCATION_NOT_FOUND;
    }
    if (host.incarnation() != op.incarnation()) {
      return Refusal.INCARNATION_STALE;
    }
    if (!pending.scrub() || !pending.awaited().isEmpty()) {
      return Refusal.SCRUB_NOT_DUE;
    }
    if (frames.getFirst() >>> 40 != host.window()) {
      return Refusal.PAGES_OUT_OF_BOUNDS;
    }
    if (pending.end().is(NaiveEnd.Kind.RETURNED)) {
      state.loans.changePending(each -> each.number() == op.revocation(), NaivePending::scrubbed);
      return null;
    }
    for (long each : frames) {
      changePending(each, NaivePending::scrubbed);
      state.finish(each);
    }
    return null;
  }

  private @Nullable NaivePending pendingAt(long frame, long revocation) {
    NaivePage page = state.memory.get(frame);
    NaivePending pending = page == null ? null : page.pending();
    return pending != null && pending.number() == revocation ? pending : null;
  }

  private void changePending(long frame, UnaryOperator<NaivePending> how) {
    NaivePage page = state.memory.require(frame);
    NaivePending pending = page.pending();
    if (pending != null) {
      state.memory.set(frame, page.waiting(how.apply(pending)));
    }
  }

  // ---- numbers of revocations, which the ledger issues

  /** Learns them from the facts of a transaction that the model has executed already. */
  void learn(List<Event> events) {
    for (Event event : events) {
      switch (event) {
        case Event.PagesRevoked e when e.isReturn() -> numberReturn(e);
        case Event.PagesRevoked e ->
            number(e.range(), pending -> pending.revokedAt() == state.sequence, e.revocation());
        case Event.RevocationSplit e -> {
          number(
              PageRange.between(e.at(), NaiveMemory.endOfIsland(e.at())),
              pending -> pending.number() == e.revocation(),
              e.tail());
          for (NaiveLoan loan : state.loans.copy()) {
            if (loan.range().firstFrame() >= e.at()) {
              state.loans.changePending(
                  loan,
                  pending -> pending.number() == e.revocation(),
                  pending -> pending.numbered(e.tail()));
            }
          }
        }
        default -> {}
      }
    }
  }

  private void numberReturn(Event.PagesRevoked e) {
    for (NaiveLoan loan : state.loans.copy()) {
      NaiveLoan.Borrower borrower = loan.borrower(e.partition());
      NaivePending pending = borrower == null ? null : borrower.pending();
      if (borrower != null
          && pending != null
          && pending.revokedAt() == state.sequence
          && loan.range().overlaps(e.range())) {
        NaivePending numbered = pending.numbered(e.revocation());
        state.loans.put(loan.number(), loan.with(e.partition(), borrower.returning(numbered)));
      }
    }
  }

  private void number(PageRange range, Predicate<NaivePending> which, long issued) {
    firstFrames.put(issued, range.firstFrame());
    for (long frame = range.firstFrame(); frame < range.endFrame(); frame++) {
      NaivePage page = state.memory.get(frame);
      if (page != null && page.pending() != null && which.test(page.pending())) {
        state.memory.set(frame, page.waiting(page.pending().numbered(issued)));
      }
    }
  }
}
