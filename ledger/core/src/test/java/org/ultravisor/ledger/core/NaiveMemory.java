package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/**
 * Every page that can be installed, one entry each, on a few islands of frame numbers: where tiers
 * begin, across the edges of host windows, at the end.
 */
final class NaiveMemory {
  static final long WINDOW = 1L << 40;

  static final List<PageRange> ISLANDS =
      List.of(
          new PageRange(0, 2048),
          PageRange.between(WINDOW - 24, WINDOW + 72),
          PageRange.between((1L << 50) - 24, (1L << 50) + 40),
          PageRange.between(PageRange.FRAME_LIMIT - 64, PageRange.FRAME_LIMIT));

  static final int SIZE = ISLANDS.stream().mapToInt(island -> (int) island.frameCount()).sum();

  /** What one partition has, counted as pages come and go. */
  static final class Holdings {
    long owned;
    long incoming;
    long seen;
    long reserved;
    long lent;
    long borrowed;
    final NaiveGuests guests = new NaiveGuests();
  }

  private final @Nullable NaivePage[] pages = new NaivePage[SIZE];
  private final Map<Integer, Holdings> holdings = new HashMap<>();
  private final NaiveUndo undo;

  /** Frames written since the list was last cleared. */
  final List<Long> touched = new ArrayList<>();

  NaiveMemory(NaiveUndo undo) {
    this.undo = undo;
  }

  /** The place of a frame among all that can be installed; -1 if it never is. */
  static int index(long frame) {
    int before = 0;
    for (PageRange island : ISLANDS) {
      if (island.contains(frame)) {
        return before + (int) (frame - island.firstFrame());
      }
      before += (int) island.frameCount();
    }
    return -1;
  }

  static long frame(int index) {
    int left = index;
    for (PageRange island : ISLANDS) {
      if (left < island.frameCount()) {
        return island.firstFrame() + left;
      }
      left -= (int) island.frameCount();
    }
    throw new AssertionError("no frame has index " + index);
  }

  /** The first frame behind the frame's island. */
  static long endOfIsland(long frame) {
    for (PageRange island : ISLANDS) {
      if (island.contains(frame)) {
        return island.endFrame();
      }
    }
    throw new AssertionError("frame " + frame + " is never installed");
  }

  @Nullable NaivePage at(int index) {
    return pages[index];
  }

  @Nullable NaivePage get(long frame) {
    int index = index(frame);
    return index < 0 ? null : pages[index];
  }

  NaivePage require(long frame) {
    return Objects.requireNonNull(get(frame));
  }

  void set(long frame, @Nullable NaivePage page) {
    int index = index(frame);
    if (index < 0) {
      throw new AssertionError("the model cannot install frame " + frame);
    }
    NaivePage old = pages[index];
    pages[index] = page;
    if (old != null) {
      count(old, -1);
    }
    if (page != null) {
      count(page, 1);
    }
    undo.add(() -> set(frame, old));
    touched.add(frame);
  }

  void change(long frame, UnaryOperator<NaivePage> how) {
    set(frame, how.apply(require(frame)));
  }

  /** How the partition's holdings are now. */
  Holdings of(int partition) {
    return holdings.computeIfAbsent(partition, any -> new Holdings());
  }

  /** Notes that a borrower sees pages of others, or does not any more. */
  void borrows(int partition, long guest, long count, int sign) {
    Holdings has = of(partition);
    has.borrowed += sign * count;
    for (long i = 0; i < count; i++) {
      take(has, guest + i, sign);
    }
  }

  private void count(NaivePage page, int sign) {
    if (page.owner() > 0) {
      Holdings has = of(page.owner());
      has.owned += sign;
      has.reserved += page.reservation() == 0 ? 0 : sign;
      has.lent += page.loan() == 0 ? 0 : sign;
      if (page.guest() >= 0) {
        has.seen += sign;
        take(has, page.guest(), sign);
      }
      if (page.keptGuest() >= 0) {
        take(has, page.keptGuest(), sign);
      }
    }
    NaivePending pending = page.pending();
    if (pending != null && pending.end().is(NaiveEnd.Kind.OWNED)) {
      Holdings receives = of(pending.end().partition());
      receives.incoming += sign;
      take(receives, pending.end().guest(), sign);
    }
  }

  private static void take(Holdings has, long guest, int sign) {
    if (sign > 0) {
      has.guests.add(guest);
    } else {
      has.guests.remove(guest);
    }
  }
}
