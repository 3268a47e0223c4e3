package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Tier;

/**
 * Finds free blocks: first fit by address, cell after cell, whole blocks of one tier. Mechanical,
 * so that every replica finds the same ones.
 */
final class FreeBlocks {
  private final State state;

  FreeBlocks(State state) {
    this.state = state;
  }

  /** Ranges of {@code count} frames together, none across a window; empty if there are too few. */
  List<PageRange> find(long count, Tier tier, List<Integer> cells) {
    List<PageRange> found = new ArrayList<>();
    long missing = count;
    for (int i = 0; i < cells.size() && missing > 0; i++) {
      int descriptor = Descriptors.available(cells.get(i));
      if (cells.indexOf(cells.get(i)) == i && state.memory.owner().frames(descriptor) > 0) {
        missing = findIn(descriptor, tier, missing, found);
      }
    }
    return missing == 0 ? found : List.of();
  }

  private long findIn(int descriptor, Tier tier, long count, List<PageRange> found) {
    long block = Memory.SCALE.frames(tier);
    long missing = count;
    long from = 0;
    while (missing > 0) {
      long first = state.memory.owner().findBlock(descriptor, tier, from);
      if (first < 0) {
        return missing;
      }
      long run = state.memory.runFrom(first, missing, descriptor) / block * block;
      addPerWindow(new PageRange(first, run), found);
      missing -= run;
      from = first + run;
      if (from >= PageRange.FRAME_LIMIT) {
        return missing;
      }
    }
    return 0;
  }

  private static void addPerWindow(PageRange run, List<PageRange> found) {
    long from = run.firstFrame();
    while (from < run.endFrame()) {
      long end = Math.min(run.endFrame(), PageChecks.windowEnd(from));
      found.add(PageRange.between(from, end));
      from = end;
    }
  }
}
