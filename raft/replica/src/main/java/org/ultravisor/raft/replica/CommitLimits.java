package org.ultravisor.raft.replica;

/**
 * Bounds of group commit.
 *
 * @param transactionsPerEntry most transactions in one log entry
 * @param bytesPerEntry soft cap of an entry; one larger transaction still gets an entry to itself
 * @param entriesInFlight most entries that wait for their answers; while all are on their way,
 *     transactions gather for the next one
 * @param transactionsWaiting most transactions that wait for an entry; beyond it the answer is busy
 */
public record CommitLimits(
    int transactionsPerEntry, int bytesPerEntry, int entriesInFlight, int transactionsWaiting) {
  public static final CommitLimits DEFAULT = new CommitLimits(256, 256 << 10, 4, 16_384);

  public CommitLimits {
    positive("transactions per entry", transactionsPerEntry);
    positive("bytes per entry", bytesPerEntry);
    positive("entries in flight", entriesInFlight);
    positive("transactions waiting", transactionsWaiting);
  }

  private static void positive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "group commit: %s must be positive: %d".formatted(what, value));
    }
  }
}
