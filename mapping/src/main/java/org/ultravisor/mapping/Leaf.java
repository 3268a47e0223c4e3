package org.ultravisor.mapping;

import java.util.Arrays;

/**
 * A block of level 1 with many runs: nothing but an array, so that one place of memory is read for
 * a frame and not a chain of objects. Slots of 4 bytes where every value has at most 31 bits,
 * otherwise of 8 bytes.
 *
 * <pre>
 *   int[]    0..1 version, low half first   2 runs   3.. value of each slot
 *   long[]   0    version                   1 runs   2.. value of each slot
 * </pre>
 *
 * Runs and versions mean what they mean in {@link Page}.
 */
final class Leaf {
  private static final int NARROW = 3;
  private static final int WIDE = 2;

  private Leaf() {}

  /** A leaf of zeros with room for values up to the given one. */
  static Object empty(long version, int slots, long greatest) {
    if (isNarrow(greatest)) {
      int[] leaf = new int[NARROW + slots];
      setVersion(leaf, version);
      leaf[2] = 1;
      return leaf;
    }
    long[] leaf = new long[WIDE + slots];
    leaf[0] = version;
    leaf[1] = 1;
    return leaf;
  }

  private static boolean isNarrow(long value) {
    return value <= Integer.MAX_VALUE;
  }

  private static void setVersion(int[] leaf, long version) {
    leaf[0] = (int) version;
    leaf[1] = (int) (version >>> 32);
  }

  static long version(Object leaf) {
    return leaf instanceof int[] narrow
        ? ((long) narrow[1] << 32) | (narrow[0] & 0xffff_ffffL)
        : ((long[]) leaf)[0];
  }

  static int runs(Object leaf) {
    return leaf instanceof int[] narrow ? narrow[2] : (int) ((long[]) leaf)[1];
  }

  static int slots(Object leaf) {
    return leaf instanceof int[] narrow ? narrow.length - NARROW : ((long[]) leaf).length - WIDE;
  }

  static long value(Object leaf, int slot) {
    return leaf instanceof int[] narrow ? narrow[NARROW + slot] : ((long[]) leaf)[WIDE + slot];
  }

  /** The first slot behind the run that the slot is in, but at most {@code limit}. */
  static int runEnd(Object leaf, int slot, int limit, long step) {
    long value = value(leaf, slot);
    int end = slot + 1;
    while (end < limit && value(leaf, end) == (value == 0 ? 0 : value + (end - slot) * step)) {
      end++;
    }
    return end;
  }

  /** The first slot at or after {@code slot} that has exactly the value, or -1. */
  static int find(Object leaf, int slot, long value) {
    for (int at = slot; at < slots(leaf); at++) {
      if (value(leaf, at) == value) {
        return at;
      }
    }
    return -1;
  }

  /**
   * Reads what a read or write of the slot will read.
   *
   * @return a number that means nothing, but depends on what was read
   */
  static long touch(Object leaf, int slot) {
    if (leaf instanceof int[] narrow) {
      return (long) narrow[2] + narrow[NARROW + slot];
    }
    return value(leaf, slot);
  }

  /** A copy that may be written. */
  static Object copy(Object leaf, long version) {
    if (leaf instanceof int[] narrow) {
      int[] copy = narrow.clone();
      setVersion(copy, version);
      return copy;
    }
    long[] copy = ((long[]) leaf).clone();
    copy[0] = version;
    return copy;
  }

  /**
   * Gives slots [from, to) to a run that begins with the value.
   *
   * @param step what the values of neighbouring slots in one run differ by
   * @return the leaf, or the one that has taken its place because its slots have room for the value
   */
  static Object set(Object leaf, int from, int to, long value, long step) {
    if (leaf instanceof int[] narrow) {
      if (isNarrow(value == 0 ? 0 : value + (to - from - 1) * step)) {
        set(narrow, from, to, (int) value, (int) step);
        return narrow;
      }
      long[] widened = widened(narrow);
      set(widened, from, to, value, step);
      return widened;
    }
    set((long[]) leaf, from, to, value, step);
    return leaf;
  }

  private static long[] widened(int[] narrow) {
    long[] wide = new long[WIDE + slots(narrow)];
    wide[0] = version(narrow);
    wide[1] = runs(narrow);
    for (int slot = 0; slot < slots(narrow); slot++) {
      wide[WIDE + slot] = narrow[NARROW + slot];
    }
    return wide;
  }

  private static void set(int[] leaf, int from, int to, int value, int step) {
    int runs = leaf[2];
    for (int slot = Math.max(from, 1); slot <= to && slot < leaf.length - NARROW; slot++) {
      runs -= begins(leaf, slot, step);
    }
    if (to - from == 1) {
      leaf[NARROW + from] = value;
    } else if (value == 0 || step == 0) {
      Arrays.fill(leaf, NARROW + from, NARROW + to, value);
    } else {
      for (int slot = from; slot < to; slot++) {
        leaf[NARROW + slot] = value + (slot - from) * step;
      }
    }
    runs += from > 0 ? begins(leaf, from, step) : 0;
    runs += to < leaf.length - NARROW ? begins(leaf, to, step) : 0;
    leaf[2] = runs;
  }

  /** 1 if a run begins at the slot, which is not the first one; 0 if it goes on. */
  private static int begins(int[] leaf, int slot, int step) {
    int before = leaf[NARROW + slot - 1];
    return leaf[NARROW + slot] == (before == 0 ? 0 : before + step) ? 0 : 1;
  }

  private static void set(long[] leaf, int from, int to, long value, long step) {
    long runs = leaf[1];
    for (int slot = Math.max(from, 1); slot <= to && slot < leaf.length - WIDE; slot++) {
      runs -= begins(leaf, slot, step);
    }
    for (int slot = from; slot < to; slot++) {
      leaf[WIDE + slot] = value == 0 ? 0 : value + (slot - from) * step;
    }
    runs += from > 0 ? begins(leaf, from, step) : 0;
    runs += to < leaf.length - WIDE ? begins(leaf, to, step) : 0;
    leaf[1] = runs;
  }

  private static int begins(long[] leaf, int slot, long step) {
    long before = leaf[WIDE + slot - 1];
    return leaf[WIDE + slot] == (before == 0 ? 0 : before + step) ? 0 : 1;
  }

  /** What the leaf costs on the heap. */
  static long bytes(Object leaf) {
    long content = leaf instanceof int[] narrow ? 4L * narrow.length : 8L * ((long[]) leaf).length;
    return 16 + (content + 7) / 8 * 8;
  }
}
