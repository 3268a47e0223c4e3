package org.ultravisor.node.inventory;

import java.util.Optional;
import org.ultravisor.mapping.PageRange;

/**
 * A range of physical byte addresses, both ends included, as {@code /proc/iomem} writes it. Bounds
 * are unsigned: the last byte may be 2^64 - 1.
 *
 * @param first address of the first byte
 * @param last address of the last byte, not below the first
 */
record ByteRange(long first, long last) {
  private static final int FRAME_BITS = 12;
  private static final long IN_FRAME = (1L << FRAME_BITS) - 1;

  ByteRange {
    if (Long.compareUnsigned(first, last) > 0) {
      throw new IllegalArgumentException(
          "range ends before it starts: %x-%x".formatted(first, last));
    }
  }

  /** The 4 KiB frames that lie wholly within the range: edges inside a frame are left out. */
  Optional<PageRange> wholeFrames() {
    long start = (first >>> FRAME_BITS) + ((first & IN_FRAME) == 0 ? 0 : 1);
    long end = (last >>> FRAME_BITS) + ((last & IN_FRAME) == IN_FRAME ? 1 : 0);
    return start < end ? Optional.of(PageRange.between(start, end)) : Optional.empty();
  }

  boolean isZero() {
    return first == 0 && last == 0;
  }
}
