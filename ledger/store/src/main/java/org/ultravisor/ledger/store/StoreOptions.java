package org.ultravisor.ledger.store;

/**
 * How a store is opened.
 *
 * @param identity of the ledger that it belongs to, written when it is created and compared ever
 *     after: a directory of another cluster is not taken for one's own. 1 to 128 characters
 * @param leavesPerFlush after how many leaves the state is flushed in the background
 * @param eventsPerFlush after how many events of these leaves it is flushed, if that comes first;
 *     about as many of either are replayed when the store is opened
 * @param writeBufferBytes memory for what RocksDB has not written to files yet
 * @param cacheBytes memory for blocks read
 */
public record StoreOptions(
    String identity,
    int leavesPerFlush,
    int eventsPerFlush,
    long writeBufferBytes,
    long cacheBytes) {
  public static final StoreOptions DEFAULT =
      new StoreOptions("ultravisor", 100_000, 1_000_000, 64L << 20, 32L << 20);

  public StoreOptions {
    if (identity.isEmpty() || identity.length() > 128) {
      throw new IllegalArgumentException(
          "a store's identity has 1 to 128 characters: '" + identity + "'");
    }
    positive("leaves per flush", leavesPerFlush);
    positive("events per flush", eventsPerFlush);
    positive("bytes of write buffer", writeBufferBytes);
    positive("bytes of cache", cacheBytes);
  }

  public StoreOptions withIdentity(String other) {
    return new StoreOptions(other, leavesPerFlush, eventsPerFlush, writeBufferBytes, cacheBytes);
  }

  public StoreOptions withLeavesPerFlush(int leaves) {
    return new StoreOptions(identity, leaves, eventsPerFlush, writeBufferBytes, cacheBytes);
  }

  public StoreOptions withEventsPerFlush(int events) {
    return new StoreOptions(identity, leavesPerFlush, events, writeBufferBytes, cacheBytes);
  }

  public StoreOptions withWriteBufferBytes(long bytes) {
    return new StoreOptions(identity, leavesPerFlush, eventsPerFlush, bytes, cacheBytes);
  }

  private static void positive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("store: %s must be positive: %d".formatted(what, value));
    }
  }
}
