package org.ultravisor.raft.replica;

import java.time.Duration;

/**
 * When a replica takes a snapshot and how much log it keeps. Whichever of the three limits is
 * reached first triggers one, provided that something was applied since the last; the log below it
 * is then purged in whole segments, also while a peer is dead (it catches up by snapshot).
 *
 * @param entries applied log entries since the last snapshot
 * @param bytes of applied log entries since the last snapshot
 * @param interval since the last snapshot
 * @param keep how many snapshots to keep, at least 2: one may be on its way to a follower
 * @param logEntriesKept entries below a snapshot that stay, for followers that lag a little
 * @param logSegmentBytes size of one log file; purging frees whole files
 */
public record SnapshotPolicy(
    long entries,
    long bytes,
    Duration interval,
    int keep,
    long logEntriesKept,
    long logSegmentBytes) {
  public static final SnapshotPolicy DEFAULT =
      new SnapshotPolicy(100_000, 256L << 20, Duration.ofMinutes(10), 3, 10_000, 32L << 20);

  public SnapshotPolicy {
    atLeast("entries", entries, 1);
    atLeast("bytes", bytes, 1);
    atLeast("interval in milliseconds", interval.toMillis(), 100);
    atLeast("snapshots to keep", keep, 2);
    atLeast("log entries kept", logEntriesKept, 0);
    atLeast("log segment bytes", logSegmentBytes, 4096);
  }

  private static void atLeast(String what, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "snapshot policy: %s must be at least %d: %d".formatted(what, least, value));
    }
  }
}
