package org.ultravisor.ledger.core;

/**
 * The most that a partition may hold. Pages that are being revoked from it still count; pages
 * donated to it count from the moment of the donation.
 *
 * @param pages frames of 4 KiB, not negative
 * @param processors processors, not negative
 */
public record Limits(long pages, int processors) {
  public static final Limits NONE = new Limits(Long.MAX_VALUE, Integer.MAX_VALUE);

  public Limits {
    if (pages < 0) {
      throw new IllegalArgumentException("limit of pages is negative: " + pages);
    }
    if (processors < 0) {
      throw new IllegalArgumentException("limit of processors is negative: " + processors);
    }
  }
}
