package org.ultravisor.raft.replica;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.codec.Entry;
import org.ultravisor.ledger.codec.LedgerCodec;

/**
 * The ledger as Ratis sees it: decode, apply, write, answer; serially, in log order. Whatever goes
 * wrong here ends the replica, because a replica that skipped an entry would differ from the others
 * for ever. Refusals are answers, not errors.
 */
final class LedgerStateMachine extends BaseStateMachine {
  private final LiveLedger live;
  private final SnapshotStorage snapshots;
  private final LedgerCodec codec;
  private final RatisLog.Proposals proposals;
  private final ReplicaListener listener;
  private final Leadership leadership;
  private final FailStop failStop;
  private final RulesGuard rules;
  private final Divergence divergence;
  private final LogExtent log;
  private final AtomicLong bytesSinceSnapshot = new AtomicLong();
  private final LongAdder applied = new LongAdder();
  private final LongAdder applyNanos = new LongAdder();

  /**
   * @param log on disk, before Ratis opens it
   */
  LedgerStateMachine(
      LiveLedger live,
      SnapshotStorage snapshots,
      LedgerCodec codec,
      RatisLog.Proposals proposals,
      ReplicaListener listener,
      Leadership leadership,
      FailStop failStop,
      RulesGuard rules,
      Divergence divergence,
      LogExtent log) {
    this.live = live;
    this.snapshots = snapshots;
    this.codec = codec;
    this.proposals = proposals;
    this.listener = listener;
    this.leadership = leadership;
    this.failStop = failStop;
    this.rules = rules;
    this.divergence = divergence;
    this.log = log;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    super.initialize(server, group, storage);
    getLifeCycle().startAndTransition(this::recover, IOException.class);
  }

  private void recover() throws IOException {
    snapshots.init();
    live.open(snapshots.newest(), snapshots.position());
    log.requireMeets(live.position(), snapshots.position());
    if (live.position().getIndex() > snapshots.position().getIndex()) {
      // Ratis starts to apply after the newest snapshot: let that be where the store ends.
      snapshots.prepare(live::checkpoint).join();
      snapshots.publish();
    }
    setLastAppliedTermIndex(live.position());
    listener.recovered(live.ledger());
  }

  @Override
  public TransactionContext preAppendTransaction(TransactionContext transaction) {
    proposals.appending(transaction.getClientRequest());
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto logEntry = transaction.getLogEntry();
    TermIndex position = TermIndex.valueOf(logEntry);
    long start = System.nanoTime();
    try {
      ByteString bytes = logEntry.getStateMachineLogEntry().getLogData();
      Entry entry = entry(transaction, bytes);
      LiveLedger.Done done = live.apply(position, entry);
      updateLastAppliedTermIndex(position);
      bytesSinceSnapshot.addAndGet(bytes.size());
      if (!done.leaves().isEmpty()) {
        rules.applied(done.leaves());
        divergence.applied(done.leaves(), live.store());
        listener.applied(done.leaves(), live.ledger());
      }
      applied.increment();
      applyNanos.add(System.nanoTime() - start);
      boolean waitedFor = proposals.own(logEntry.getStateMachineLogEntry());
      return CompletableFuture.completedFuture(
          waitedFor ? new Outcomes(done.outcomes()) : Message.EMPTY);
    } catch (Throwable e) {
      throw failStop.failed("applying log entry " + position, e);
    }
  }

  /** What this leader proposed it need not decode: the request is still there. */
  private Entry entry(TransactionContext transaction, ByteString bytes) {
    RaftClientRequest request = transaction.getClientRequest();
    return request != null && request.getMessage() instanceof ProposedEntry proposed
        ? proposed.entry()
        : codec.decodeEntry(bytes.toByteArray());
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    TermIndex position = TermIndex.valueOf(term, index);
    try {
      live.skip(position);
      updateLastAppliedTermIndex(position);
    } catch (Throwable e) {
      throw failStop.failed("noting log entry " + position, e);
    }
  }

  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftConfigurationProto configuration) {
    divergence.voters(
        configuration.getPeersList().stream()
            .map(peer -> peer.getId().toStringUtf8())
            .collect(Collectors.toSet()));
  }

  /** The copy was made in the background; this is only its entry among the snapshots. */
  @Override
  public long takeSnapshot() {
    try {
      snapshots.publish();
      bytesSinceSnapshot.set(0);
      return snapshots.position().getIndex();
    } catch (Throwable e) {
      throw failStop.failed("taking a snapshot", e);
    }
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  /** The leader's snapshot is in place of ours; nothing is applied meanwhile. */
  @Override
  public void reinitialize() {
    try {
      getLifeCycle().transition(LifeCycle.State.STARTING);
      snapshots.refresh();
      live.install(snapshots.newest().orElseThrow());
      setLastAppliedTermIndex(live.position());
      bytesSinceSnapshot.set(0);
      divergence.restart();
      listener.snapshotInstalled(live.ledger());
      getLifeCycle().transition(LifeCycle.State.RUNNING);
    } catch (Throwable e) {
      throw failStop.failed("installing the leader's snapshot", e);
    }
  }

  @Override
  public SnapshotStorage getStateMachineStorage() {
    return snapshots;
  }

  @Override
  public void notifyLeaderReady() {
    tellLeadership(true);
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    leadership.lost();
    tellLeadership(false);
  }

  private void tellLeadership(boolean leaderReady) {
    try {
      listener.leadership(leaderReady);
    } catch (Throwable e) {
      throw failStop.failed("telling the listener of a change of leader", e);
    }
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
    // Ratis would stay up and keep its role while every later write fails.
    failStop.failed("writing the Raft log", cause);
  }

  @Override
  public void notifyServerShutdown(RoleInfoProto role, boolean allServer) {
    failStop.ended("Ratis has shut down");
  }

  @Override
  public void close() {
    live.close();
  }

  /** Log entries that were applied since the start. Any thread. */
  long applied() {
    return applied.sum();
  }

  /** How long that took. Any thread. */
  long applyNanos() {
    return applyNanos.sum();
  }

  /** Bytes of log entries that were applied since the last snapshot. Any thread. */
  long bytesSinceSnapshot() {
    return bytesSinceSnapshot.get();
  }
}
