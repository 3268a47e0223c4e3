package org.ultravisor.ledger.core;

/**
 * The 128-bit additive hash of the whole state: the sum, lane by lane, of the hashes of its
 * canonical slots and records. It finds replicas that differ; it is no cryptographic commitment.
 */
public record StateHash(long high, long low) {
  public static final StateHash EMPTY = new StateHash(0, 0);

  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }

  /** Parses what {@link #toString} prints. */
  public static StateHash parse(String hex) {
    if (!hex.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("a state hash is 32 hexadecimal digits: '" + hex + "'");
    }
    return new StateHash(
        Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16));
  }
}
