package org.ultravisor.ledger.core;

import java.util.List;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Tier;

/**
 * What is held for a partition until it is posted, voided or timed out. The pages have the
 * partition's descriptor and count against its limit but are in no map; the processors and devices
 * count as the partition's but it does not see them.
 *
 * @param frameCount how many pages were asked for; those that broke since are no longer held
 * @param tier the blocks that were asked for
 * @param ranges the pages held, in the order in which they will be seen
 * @param processors ascending
 * @param addresses of the devices, ascending, IOMMU groups as a whole
 * @param deadline ledger time from which on it is no longer posted
 */
public record ReservationInfo(
    long reservation,
    String name,
    int partition,
    long frameCount,
    Tier tier,
    List<PageRange> ranges,
    List<Integer> processors,
    List<String> addresses,
    long deadline) {
  public ReservationInfo {
    ranges = List.copyOf(ranges);
    processors = List.copyOf(processors);
    addresses = List.copyOf(addresses);
  }

  /** How many pages are held. */
  long heldFrames() {
    return frames(ranges);
  }

  static long frames(List<PageRange> ranges) {
    long frames = 0;
    for (PageRange range : ranges) {
      frames += range.frameCount();
    }
    return frames;
  }

  /** With other pages, after some broke. */
  ReservationInfo withRanges(List<PageRange> left) {
    return new ReservationInfo(
        reservation, name, partition, frameCount, tier, left, processors, addresses, deadline);
  }
}
