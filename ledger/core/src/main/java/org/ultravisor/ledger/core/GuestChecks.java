package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Tier;

/**
 * Where a partition sees new pages. A guest range is taken if the partition sees a page there, or
 * will once a donation under way arrives or what it has lent comes back.
 */
final class GuestChecks {
  /** Returned by {@link #place} if nothing fits. */
  static final long NOWHERE = -1;

  private final State state;

  GuestChecks(State state) {
    this.state = state;
  }

  /**
   * The guest frame asked for, or the first that fits if any will do.
   *
   * @param alignment of a frame that the ledger chooses, so that large blocks stay large
   */
  long place(int partition, long asked, long count, Tier alignment) {
    return asked == Operation.ANY_GUEST_FRAME ? firstGap(partition, count, alignment) : asked;
  }

  /** Why the range cannot be seen at the guest frame that {@link #place} said; null if it can. */
  Decision.@Nullable Rejected free(int partition, long guestFrame, long count) {
    if (guestFrame == NOWHERE) {
      return rejected(
          Refusal.GUEST_RANGE_OUT_OF_BOUNDS, "no gap of %d guest frames".formatted(count));
    }
    long inside = Math.min(count, Shape.GUEST_FRAME_LIMIT - guestFrame);
    if (!state.memory.isFree(partition, guestFrame, inside)
        || keptUntil(partition, guestFrame, inside) != NOWHERE) {
      return rejected(
          Refusal.GUEST_RANGE_TAKEN,
          "guest frames [%d, %d)".formatted(guestFrame, guestFrame + count));
    }
    return inside == count
        ? null
        : rejected(
            Refusal.GUEST_RANGE_OUT_OF_BOUNDS,
            "guest frames [%d, %d) pass %d"
                .formatted(guestFrame, guestFrame + count, Shape.GUEST_FRAME_LIMIT));
  }

  private long firstGap(int partition, long count, Tier alignment) {
    long block = Memory.SCALE.frames(alignment);
    long gap = state.memory.findGap(partition, count, alignment, 0);
    while (gap != NOWHERE) {
      long behind = keptUntil(partition, gap, count);
      if (behind == NOWHERE) {
        return gap;
      }
      long from = (behind + block - 1) / block * block;
      gap = state.memory.findGap(partition, count, alignment, from);
    }
    return NOWHERE;
  }

  /**
   * The end of guest frames in the range that are kept for pages to come, be it a donation or pages
   * that the partition has lent; {@link #NOWHERE} if there are none. Several may be: the last.
   */
  private long keptUntil(int partition, long guestFrame, long count) {
    long end = NOWHERE;
    if (!state.indexes.incoming.isEmpty()) {
      Map.@Nullable Entry<Long, RevocationInfo> last =
          arriving(partition).lowerEntry(guestFrame + count);
      end = last == null ? NOWHERE : last.getKey() + last.getValue().range().frameCount();
    }
    LoanPiece lent = state.indexes.loans.keptBelow(partition, guestFrame + count);
    if (lent != null) {
      end = Math.max(end, lent.guestFrame() + lent.range().frameCount());
    }
    return end > guestFrame ? end : NOWHERE;
  }

  /** The largest block at which the whole range could be seen as it lies in the host. */
  static Tier alignmentOf(PageRange range) {
    return Memory.SCALE.largestBlockAt(range.firstFrame(), range.frameCount());
  }

  private NavigableMap<Long, RevocationInfo> arriving(int partition) {
    return state.indexes.incoming.getOrDefault(partition, Collections.emptyNavigableMap());
  }
}
