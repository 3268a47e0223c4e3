package org.ultravisor.ledger.core;

/**
 * The numbers by which the owner map says who has a page. Partitions and AVAILABLE(cell) share the
 * numbers from 3 on, odd and even, so that both may grow.
 */
public final class Descriptors {
  public static final int ABSENT = 0;

  /** Installed, but its first scrub is still awaited. */
  public static final int RESERVED = 1;

  public static final int POISONED = 2;

  /** Highest number of a NUMA cell, and of a partition. */
  public static final int MAX_CELL = (1 << 30) - 3;

  private Descriptors() {}

  public static int partition(int id) {
    return 2 * id + 3;
  }

  public static int available(int cell) {
    return 2 * cell + 4;
  }

  public static boolean isPartition(int descriptor) {
    return descriptor > POISONED && (descriptor & 1) == 1;
  }

  public static boolean isAvailable(int descriptor) {
    return descriptor > POISONED && (descriptor & 1) == 0;
  }

  /** The partition's number; the descriptor must be a partition's. */
  public static int partitionOf(int descriptor) {
    return (descriptor - 3) / 2;
  }

  /** The cell's number; the descriptor must be AVAILABLE. */
  public static int cellOf(int descriptor) {
    return (descriptor - 4) / 2;
  }
}
