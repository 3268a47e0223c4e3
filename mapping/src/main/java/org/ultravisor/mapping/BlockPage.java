package org.ultravisor.mapping;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Search data for one descriptor beside one index page of level 1 or more: per slot, which is the
 * largest whole block of the descriptor in it.
 *
 * <p>A slot's <i>code</i> is 0 when the descriptor holds no frame of it, otherwise 1 + the tier of
 * the largest block in it; the highest code, {@code level + 1}, says that the slot is whole. What
 * is stored is its <i>mark</i>: the code, but at level 1 the number of frames held, from which the
 * code follows and which can be kept without reading the leaf.
 *
 * <p>The storage adapts: a few runs of equal marks, or every mark with a bitmap per code ("this
 * slot has at least that code") in which the next slot is found word by word. A slot with a child
 * is a run of its own; other neighbouring runs have different marks.
 */
final class BlockPage {
  private static final int MOST_RUNS = 32;
  private static final int FIRST_CAPACITY = 3;
  private static final int MARK_BITS = 16;
  private static final int NOT_FOUND = -1;

  final long version;
  private final short level;
  private final short slots;

  /** The runs by address: first slot and mark; null when the page is dense. */
  private int @Nullable [] runs;

  private int runCount;

  /** By run, or by slot when the page is dense; null while no slot has one. */
  private @Nullable BlockPage @Nullable [] children;

  private @Nullable Dense dense;

  /** A mark a slot, how many slots have each code, and the bitmaps. */
  private static final class Dense {
    final short[] marks;
    final short[] counts;
    final long[] bitmaps;

    Dense(short[] marks, short[] counts, long[] bitmaps) {
      this.marks = marks;
      this.counts = counts;
      this.bitmaps = bitmaps;
    }

    Dense copy() {
      return new Dense(marks.clone(), counts.clone(), bitmaps.clone());
    }
  }

  /** A page in which every slot is whole, or none has a frame. */
  BlockPage(long version, int level, int slots, boolean whole) {
    this.version = version;
    this.level = (short) level;
    this.slots = (short) slots;
    this.runs = new int[FIRST_CAPACITY];
    this.runCount = 1;
    this.runs[0] = whole ? wholeMark() : 0;
  }

  /** A copy that may be written. */
  BlockPage(long version, BlockPage source) {
    this.version = version;
    this.level = source.level;
    this.slots = source.slots;
    this.runs = source.runs == null ? null : source.runs.clone();
    this.runCount = source.runCount;
    this.children = source.children == null ? null : source.children.clone();
    this.dense = source.dense == null ? null : source.dense.copy();
  }

  short wholeMark() {
    return (short) (level == 1 ? slots : level + 1);
  }

  private int code(int mark) {
    if (level > 1) {
      return mark;
    }
    return mark == 0 ? 0 : mark == slots ? 2 : 1;
  }

  boolean whole() {
    return dense == null
        ? runCount == 1 && requireRuns()[0] == wholeMark() && childAt(0) == null
        : dense.counts[level + 1] == slots;
  }

  boolean empty() {
    return dense == null
        ? runCount == 1 && requireRuns()[0] == 0 && childAt(0) == null
        : dense.counts[0] == slots;
  }

  /** The highest code of any slot. */
  int best() {
    int code = 0;
    if (dense == null) {
      int[] known = requireRuns();
      for (int run = 0; run < runCount; run++) {
        code = Math.max(code, code(markOf(known[run])));
      }
    } else {
      code = level + 1;
      while (code > 0 && dense.counts[code] == 0) {
        code--;
      }
    }
    return code;
  }

  short mark(int slot) {
    return dense == null ? markOf(requireRuns()[indexOf(slot)]) : dense.marks[slot];
  }

  @Nullable BlockPage child(int slot) {
    return childAt(dense == null ? indexOf(slot) : slot);
  }

  private @Nullable BlockPage childAt(int index) {
    return children == null ? null : children[index];
  }

  private static int firstOf(int run) {
    return run >>> MARK_BITS;
  }

  private static short markOf(int run) {
    return (short) run;
  }

  /** The run that the slot is in. */
  private int indexOf(int slot) {
    int[] known = requireRuns();
    int index = runCount - 1;
    while (firstOf(known[index]) > slot) {
      index--;
    }
    return index;
  }

  private int endOf(int index) {
    return index + 1 < runCount ? firstOf(requireRuns()[index + 1]) : slots;
  }

  void set(int slot, short mark, @Nullable BlockPage child) {
    set(slot, slot + 1, mark, child);
  }

  /** Marks the slots [from, to); only a single slot may have a child. */
  void set(int from, int to, short mark, @Nullable BlockPage child) {
    if (dense != null) {
      setDense(dense, from, to, mark, child);
      return;
    }
    int low = indexOf(from);
    int high = to - from == 1 ? low : indexOf(to - 1);
    int[] known = requireRuns();
    boolean alone = low == high && firstOf(known[low]) == from && endOf(low) == to;
    if (alone && (child != null || (differs(low - 1, mark) && differs(low + 1, mark)))) {
      known[low] = from << MARK_BITS | mark;
      putChild(low, child);
    } else {
      splice(from, to, mark, child, low, high);
    }
  }

  /** Whether a run with the mark and no child would not go on into this one. */
  private boolean differs(int index, short mark) {
    return index < 0
        || index >= runCount
        || markOf(requireRuns()[index]) != mark
        || childAt(index) != null;
  }

  private void putChild(int index, @Nullable BlockPage child) {
    if (child != null && children == null) {
      children = new BlockPage[dense == null ? requireRuns().length : slots];
    }
    if (children != null) {
      children[index] = child;
    }
  }

  /** Replaces runs low to high by what is left of them and the new run; joins equal neighbours. */
  private void splice(int from, int to, short mark, @Nullable BlockPage child, int low, int high) {
    int[] old = requireRuns();
    @Nullable BlockPage[] oldChildren = children;
    int oldCount = runCount;
    int end = endOf(high);
    short behind = markOf(old[high]);
    int most = oldCount - (high - low + 1) + 3;
    runs = new int[most];
    children = oldChildren == null && child == null ? null : new BlockPage[most];
    runCount = 0;
    for (int i = 0; i < low; i++) {
      append(firstOf(old[i]), markOf(old[i]), oldChildren == null ? null : oldChildren[i]);
    }
    if (firstOf(old[low]) < from) {
      append(firstOf(old[low]), markOf(old[low]), null);
    }
    append(from, mark, child);
    if (end > to) {
      append(to, behind, null);
    }
    for (int i = high + 1; i < oldCount; i++) {
      append(firstOf(old[i]), markOf(old[i]), oldChildren == null ? null : oldChildren[i]);
    }
    if (runCount > MOST_RUNS) {
      becomeDense();
    }
  }

  /** Adds a run behind all others, or lengthens the last one. */
  private void append(int first, short mark, @Nullable BlockPage child) {
    if (child == null && runCount > 0 && !differs(runCount - 1, mark)) {
      return;
    }
    requireRuns()[runCount] = first << MARK_BITS | mark;
    runCount++;
    putChild(runCount - 1, child);
  }

  private void becomeDense() {
    int[] known = requireRuns();
    short[] marks = new short[slots];
    @Nullable BlockPage[] spread = children == null ? null : new BlockPage[slots];
    for (int run = 0; run < runCount; run++) {
      Arrays.fill(marks, firstOf(known[run]), endOf(run), markOf(known[run]));
      if (spread != null) {
        spread[firstOf(known[run])] = childAt(run);
      }
    }
    Dense all = new Dense(marks, new short[level + 2], new long[(level + 1) * slots / Long.SIZE]);
    for (int slot = 0; slot < slots; slot++) {
      all.counts[code(marks[slot])]++;
      flip(all.bitmaps, slot, 0, code(marks[slot]));
    }
    dense = all;
    children = spread;
    runs = null;
  }

  private void setDense(Dense all, int from, int to, short mark, @Nullable BlockPage child) {
    for (int slot = from; slot < to; slot++) {
      int before = code(all.marks[slot]);
      all.marks[slot] = mark;
      all.counts[before]--;
      all.counts[code(mark)]++;
      flip(all.bitmaps, slot, before, code(mark));
      putChild(slot, child);
    }
  }

  private int[] requireRuns() {
    if (runs == null) {
      throw new IllegalStateException("a dense block page has no runs");
    }
    return runs;
  }

  /** Codes are nested: each bitmap between the two codes changes its bit. */
  private void flip(long[] bits, int slot, int before, int after) {
    int words = slots / Long.SIZE;
    for (int code = Math.min(before, after); code < Math.max(before, after); code++) {
      bits[code * words + slot / Long.SIZE] ^= 1L << slot;
    }
  }

  /** The first slot at or after {@code slot} with at least the code (1 or more), or -1. */
  int next(int slot, int code) {
    if (dense != null) {
      return nextBit(dense.bitmaps, slot, code);
    }
    int[] known = requireRuns();
    for (int run = indexOf(slot); run < runCount; run++) {
      if (code(markOf(known[run])) >= code) {
        return Math.max(slot, firstOf(known[run]));
      }
    }
    return NOT_FOUND;
  }

  private int nextBit(long[] bits, int slot, int code) {
    int words = slots / Long.SIZE;
    int base = (code - 1) * words;
    int word = slot / Long.SIZE;
    long left = bits[base + word] & -1L << slot;
    while (left == 0) {
      if (++word == words) {
        return NOT_FOUND;
      }
      left = bits[base + word];
    }
    return word * Long.SIZE + Long.numberOfTrailingZeros(left);
  }

  /** What the page and those below it cost on a heap with 4-byte references. */
  long bytes() {
    long sum = 40;
    if (dense != null) {
      sum += 24 + 16 + 2L * dense.marks.length + 32 + 16 + 8L * dense.bitmaps.length;
    } else {
      sum += 16 + (4L * requireRuns().length + 7) / 8 * 8;
    }
    if (children != null) {
      sum += 16 + (4L * children.length + 7) / 8 * 8;
      for (BlockPage child : children) {
        sum += child == null ? 0 : child.bytes();
      }
    }
    return sum;
  }
}
