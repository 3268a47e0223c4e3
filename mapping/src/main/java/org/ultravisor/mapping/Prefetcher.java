package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * Reads ahead: what an access will find in the processor's cache because it was read before, with
 * many others. Independent reads wait for memory at the same time, those of one access after
 * another. So it first finds all leaves, without looking into them, and then looks into all. One
 * thread.
 */
final class Prefetcher {
  /** Pages from this level up are few and in the cache; mostly the next frame is below the same. */
  private static final int HIGH = 2;

  /** Depends on all that was read, so that no compiler may leave a read out. */
  long read;

  /** Reads what reads and writes of the tree at the frames will read; leaves out negative ones. */
  void prefetch(PageTree tree, TreeShape shape, long[] frames, int count) {
    @Nullable Object[] lowest = new Object[count]; // new: the collector need not be told of stores
    Page high = null;
    long highBlock = -1;
    for (int i = 0; i < count; i++) {
      long frame = frames[i];
      if (frame >= 0) {
        if (high == null || frame >>> shape.shift(HIGH + 1) != highBlock) {
          high = shape.pageAt(tree.root(), frame, HIGH);
          highBlock = frame >>> shape.shift(HIGH + 1);
        }
        if (high != null && high.childOrNull(shape.slot(frame, HIGH)) instanceof Page page) {
          lowest[i] = page.childOrNull(shape.slot(frame, 1));
        }
      }
    }
    int mask = shape.slots() - 1;
    for (int i = 0; i < count; i++) {
      Object found = lowest[i];
      if (found != null) {
        read +=
            found instanceof PackedBlock block
                ? block.touch()
                : Leaf.touch(found, (int) frames[i] & mask);
      }
    }
  }
}
