package org.ultravisor.raft.replica;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a leader whose disk hangs give up: Ratis would keep it, as heartbeats need no disk, and
 * commit nothing. One thread writes a little now and then; another counts how often it found the
 * same write unanswered, or the log not a byte further on disk though there is something to write.
 * Counting, a process that was itself stopped for a while does not take that for its disk's fault.
 * A write that fails, with room on the disk, ends the replica. Whether anything is committed never
 * depends on this.
 */
final class DiskWatch implements AutoCloseable {
  static final long PERIOD_MILLIS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

  private final String replica;
  private final GuardPolicy policy;
  private final ReplicaDisk disk;
  private final LongSupplier lastIndex;
  private final LongSupplier flushedIndex;
  private final BooleanSupplier leads;
  private final Supplier<CompletableFuture<Void>> stepDown;
  private final FailStop failStop;
  private final ScheduledExecutorService prober;
  private final ScheduledExecutorService watcher;

  private final AtomicLong probes = new AtomicLong();
  private volatile boolean probing;
  private volatile long probeNanos;
  private volatile @Nullable String lack;
  private volatile @Nullable String stall;
  private volatile boolean closed;

  // The watcher's own.
  private long probeSeen;
  private long flushSeen;
  private long probeMillis;
  private long flushMillis;
  private long leadingMillis;
  private boolean asked;

  /**
   * @param lastIndex of the log, written or not
   * @param flushedIndex the last one on disk
   * @param stepDown lets another replica lead
   */
  DiskWatch(
      String replica,
      GuardPolicy policy,
      ReplicaDisk disk,
      LongSupplier lastIndex,
      LongSupplier flushedIndex,
      BooleanSupplier leads,
      Supplier<CompletableFuture<Void>> stepDown,
      FailStop failStop) {
    this.replica = replica;
    this.policy = policy;
    this.disk = disk;
    this.lastIndex = lastIndex;
    this.flushedIndex = flushedIndex;
    this.leads = leads;
    this.stepDown = stepDown;
    this.failStop = failStop;
    prober = timer(replica + "-disk-probe");
    watcher = timer(replica + "-disk-watch");
    long probeEvery = Math.clamp(policy.stalledDisk().toMillis() / 4, PERIOD_MILLIS, 1000);
    var _ = prober.scheduleWithFixedDelay(this::probe, 0, probeEvery, TimeUnit.MILLISECONDS);
    var _ =
        watcher.scheduleWithFixedDelay(
            this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static ScheduledExecutorService timer(String name) {
    return new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(name).factory());
  }

  private void probe() {
    long start = System.nanoTime();
    probing = true;
    try {
      disk.probe();
      lack = lackOfRoom();
    } catch (IOException | RuntimeException e) {
      cannotWrite(e);
    } finally {
      probeNanos = System.nanoTime() - start;
      probes.incrementAndGet();
      probing = false;
    }
  }

  /**
   * Without room that is what is lacking. Otherwise the disk has failed, and Ratis may not notice:
   * one that cannot write its vote tries for ever to be elected.
   */
  private void cannotWrite(Exception why) {
    String missing = null;
    try {
      missing = lackOfRoom();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    lack = missing != null ? missing : "replica %s cannot write: %s".formatted(replica, why);
    if (missing == null && !closed) {
      failStop.failed("writing a probe to its disk", why);
    }
  }

  private @Nullable String lackOfRoom() throws IOException {
    long bytes = disk.freeBytes();
    if (bytes < policy.leastFreeBytes()) {
      return "replica %s has %d MiB of disk space left and needs %d: make room or compact history"
          .formatted(replica, bytes >> 20, policy.leastFreeBytes() >> 20);
    }
    long files = disk.freeFiles();
    return files < policy.leastFreeFiles()
        ? "replica %s can open %d more files and needs %d: raise its limit of open files"
            .formatted(replica, files, policy.leastFreeFiles())
        : null;
  }

  private void look() {
    try {
      judge();
    } catch (RuntimeException e) { // the timer would forget it, and nobody would watch
      failStop.failed("watching the disk", e);
    }
  }

  private void judge() {
    long probe = probes.get();
    probeMillis = probing && probe == probeSeen ? probeMillis + PERIOD_MILLIS : 0;
    probeSeen = probe;
    long flushed = flushedIndex.getAsLong();
    boolean unwritten = flushed < lastIndex.getAsLong();
    flushMillis = unwritten && flushed == flushSeen ? flushMillis + PERIOD_MILLIS : 0;
    flushSeen = flushed;
    long millis = Math.max(probeMillis, flushMillis);
    if (millis < policy.stalledDisk().toMillis()) {
      stall = null;
      leadingMillis = 0;
      asked = false;
    } else {
      String what = "the disk of replica %s has not answered for %d ms".formatted(replica, millis);
      stall = what;
      giveUp(what);
    }
  }

  private void giveUp(String what) {
    leadingMillis = leads.getAsBoolean() ? leadingMillis + PERIOD_MILLIS : 0;
    if (leadingMillis == 0 || failStop.stopped()) {
      return;
    }
    if (!asked) {
      asked = true;
      LOG.error("{}: another one is to lead", what);
      var _ =
          stepDown
              .get()
              .whenComplete(
                  (nothing, failure) -> {
                    if (failure != null) {
                      LOG.error("Replica {} could not hand over its leadership", replica, failure);
                    }
                  });
    } else if (leadingMillis > policy.stalledDisk().toMillis()) {
      failStop.failed("leading without a disk", new IOException(what + ", and it still leads"));
    }
  }

  /** Why the replica should not be used now, if so. Any thread. */
  Optional<String> problem() {
    return Optional.ofNullable(stall != null ? stall : lack);
  }

  /** Why no new transactions can be taken, if so: what is missing is short of being used up. */
  Optional<String> lack() {
    return Optional.ofNullable(lack);
  }

  /** How long the last write took that was answered. */
  long probeNanos() {
    return probeNanos;
  }

  /** Does not wait for a disk that hangs. */
  @Override
  public void close() {
    closed = true; // a probe is interrupted
    prober.shutdownNow();
    watcher.shutdownNow();
  }
}
