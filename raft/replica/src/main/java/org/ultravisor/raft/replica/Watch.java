package org.ultravisor.raft.replica;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.store.StoreFailedException;

/**
 * Looks after a store that failed in the background, which the apply thread would notice only with
 * its next entry; and after three things that Ratis leaves to us: a division that closed itself,
 * which would leave a process that serves frozen reads; a replica that was taken out of the
 * cluster; and snapshots, which Ratis would only take by number of entries, so that a quiet
 * cluster, or one with large entries, kept its log for ever. One thread.
 */
final class Watch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final long PERIOD_MILLIS = 200;

  private final Division division;
  private final SnapshotPolicy policy;
  private final LongSupplier bytesSinceSnapshot;
  private final LongSupplier snapshotIndex;
  private final Supplier<CompletableFuture<Long>> takeSnapshot;
  private final MembershipWatch membershipWatch;
  private final Supplier<Optional<StoreFailedException>> storeFailure;
  private final FailStop failStop;
  private final ScheduledExecutorService timer;

  private long lastSnapshotIndex;
  private long lastSnapshotNanos;
  private @Nullable CompletableFuture<Long> snapshot;

  /**
   * @param snapshotIndex last log entry in the newest snapshot
   */
  Watch(
      String replica,
      Division division,
      SnapshotPolicy policy,
      LongSupplier bytesSinceSnapshot,
      LongSupplier snapshotIndex,
      Supplier<CompletableFuture<Long>> takeSnapshot,
      MembershipWatch membershipWatch,
      Supplier<Optional<StoreFailedException>> storeFailure,
      FailStop failStop) {
    this.membershipWatch = membershipWatch;
    this.division = division;
    this.policy = policy;
    this.bytesSinceSnapshot = bytesSinceSnapshot;
    this.snapshotIndex = snapshotIndex;
    this.takeSnapshot = takeSnapshot;
    this.storeFailure = storeFailure;
    this.failStop = failStop;
    this.lastSnapshotIndex = snapshotIndex.getAsLong();
    this.lastSnapshotNanos = System.nanoTime();
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(replica + "-watch").factory());
    var _ = timer.scheduleWithFixedDelay(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      storeFailure.get().ifPresent(failure -> failStop.failed("writing the store", failure));
      LifeCycle.State state = division.getInfo().getLifeCycleState();
      if (state.isClosingOrClosed() || state == LifeCycle.State.EXCEPTION) {
        failStop.ended("its Raft division is " + state);
      } else if (membershipWatch.takenOut()) {
        failStop.removed();
      } else if (membershipWatch.startedAsVoter()) {
        failStop.ended(
            "it was added as a listener and runs as a voter; start it again, and say 'listener:"
                + " true' in its configuration next time");
      } else if (snapshotDue()) {
        snapshot = takeSnapshot.get();
      }
    } catch (RuntimeException e) {
      failStop.failed("watching the Raft division", e);
    }
  }

  private boolean snapshotDue() {
    long newest = snapshotIndex.getAsLong();
    if (newest != lastSnapshotIndex) { // taken or installed, by whoever asked for it
      lastSnapshotIndex = newest;
      lastSnapshotNanos = System.nanoTime();
    }
    if (snapshot != null && !snapshot.isDone()) {
      return false;
    }
    if (snapshot != null && snapshot.isCompletedExceptionally()) {
      LOG.warn(
          "A snapshot was not taken; it is tried again: {}", snapshot.exceptionNow().toString());
      snapshot = null;
    }
    long entries = division.getInfo().getLastAppliedIndex() - newest;
    boolean old = System.nanoTime() - lastSnapshotNanos >= policy.interval().toNanos();
    return entries >= policy.entries()
        || bytesSinceSnapshot.getAsLong() >= policy.bytes()
        || (old && entries > 0);
  }

  @Override
  public void close() {
    timer.close();
  }
}
