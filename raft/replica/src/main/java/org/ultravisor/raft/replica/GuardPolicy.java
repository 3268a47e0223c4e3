package org.ultravisor.raft.replica;

import java.time.Duration;

/**
 * How a replica looks after itself.
 *
 * @param reportEvery at multiples of this sequence every replica says what it has, at least {@link
 *     #LEAST_REPORT_EVERY}, so that reports alone never reach the next one; the same on every
 *     replica
 * @param patience how long, in ledger time, replicas that differ may go on while those that could
 *     make a majority have not said what they have
 * @param stalledDisk a leader whose disk has not answered for so long gives up its leadership, and
 *     ends if it still leads after as long again
 * @param leastFreeBytes with less disk space no new transactions are taken
 * @param leastFreeFiles with fewer file descriptors left no new transactions are taken
 */
public record GuardPolicy(
    long reportEvery,
    Duration patience,
    Duration stalledDisk,
    long leastFreeBytes,
    long leastFreeFiles) {
  /** Far more than there are replicas, each of which reports once. */
  public static final long LEAST_REPORT_EVERY = 100;

  public static final GuardPolicy DEFAULT =
      new GuardPolicy(10_000, Duration.ofSeconds(10), Duration.ofSeconds(10), 128L << 20, 64);

  public GuardPolicy {
    if (reportEvery < LEAST_REPORT_EVERY) {
      throw new IllegalArgumentException(
          "replicas can report their state every %d sequences or more rarely: %d"
              .formatted(LEAST_REPORT_EVERY, reportEvery));
    }
    if (patience.isNegative()) {
      throw new IllegalArgumentException(
          "patience with replicas that differ is negative: " + patience);
    }
    if (stalledDisk.toMillis() < DiskWatch.PERIOD_MILLIS) {
      throw new IllegalArgumentException(
          "a disk may take %d ms or more: %s".formatted(DiskWatch.PERIOD_MILLIS, stalledDisk));
    }
  }

  public GuardPolicy withReportEvery(long sequences) {
    return new GuardPolicy(sequences, patience, stalledDisk, leastFreeBytes, leastFreeFiles);
  }

  public GuardPolicy withStalledDisk(Duration atMost) {
    return new GuardPolicy(reportEvery, patience, atMost, leastFreeBytes, leastFreeFiles);
  }

  public GuardPolicy withLeastFree(long bytes, long files) {
    return new GuardPolicy(reportEvery, patience, stalledDisk, bytes, files);
  }
}
