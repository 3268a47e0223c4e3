package org.ultravisor.ledger.core;

import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the first gap between the pages that a partition sees, which it is told by address, and
 * those that will arrive.
 */
final class GapSearch {
  private final long count;
  private final long block;
  private final NavigableMap<Long, RevocationInfo> arriving;

  /** First guest frame behind everything taken so far. */
  private long free;

  private long found = -1;

  GapSearch(long count, long block, NavigableMap<Long, RevocationInfo> arriving) {
    this.count = count;
    this.block = block;
    this.arriving = arriving;
  }

  /** What lies between the last run and this one is free unless something arrives there. */
  void taken(long guestFrame, long frames) {
    pass(guestFrame);
    free = Math.max(free, guestFrame + frames);
  }

  private void pass(long end) {
    while (found < 0) {
      Map.@Nullable Entry<Long, RevocationInfo> next = arriving.ceilingEntry(free);
      long gapEnd = next == null ? end : Math.min(end, next.getKey());
      long aligned = (free + block - 1) / block * block;
      if (aligned <= gapEnd - count) {
        found = aligned;
      } else if (next == null || next.getKey() >= end) {
        return;
      } else {
        free = next.getKey() + next.getValue().range().frameCount();
      }
    }
  }

  /** The gap's first guest frame, or -1. */
  long end() {
    pass(Shape.GUEST_FRAME_LIMIT);
    return found;
  }
}
