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
 * <p>The storage adapts: a few exceptions from one common mark, or every mark with a bitmap per
 * code ("this slot has at least that code") in which the next slot is found word by word.
 */
final class BlockPage {
  private static final int MOST_EXCEPTIONS = 16;
  private static final int NOT_FOUND = -1;

  final long version;
  private final int level;
  private final int slots;

  /** How many slots have each code. */
  private final short[] counts;

  /** The mark of every slot that is no exception; in the dense form unused. */
  private final short common;

  private int exceptions;
  private short @Nullable [] slotOf;
  private short[] marks;
  private @Nullable BlockPage @Nullable [] children;
  private long @Nullable [] bitmaps;

  /** A page in which every slot is whole, or none has a frame. */
  BlockPage(long version, int level, int slots, boolean whole) {
    this.version = version;
    this.level = level;
    this.slots = slots;
    this.counts = new short[level + 2];
    this.counts[whole ? level + 1 : 0] = (short) slots;
    this.common = whole ? wholeMark() : 0;
    this.slotOf = new short[2];
    this.marks = new short[2];
  }

  /** A copy that may be written. */
  BlockPage(long version, BlockPage source) {
    this.version = version;
    this.level = source.level;
    this.slots = source.slots;
    this.counts = source.counts.clone();
    this.common = source.common;
    this.exceptions = source.exceptions;
    this.slotOf = source.slotOf == null ? null : source.slotOf.clone();
    this.marks = source.marks.clone();
    this.children = source.children == null ? null : source.children.clone();
    this.bitmaps = source.bitmaps == null ? null : source.bitmaps.clone();
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
    return counts[level + 1] == slots;
  }

  boolean empty() {
    return counts[0] == slots;
  }

  /** The highest code of any slot. */
  int best() {
    int code = level + 1;
    while (code > 0 && counts[code] == 0) {
      code--;
    }
    return code;
  }

  short mark(int slot) {
    int index = indexOf(slot);
    return index < 0 ? common : marks[index];
  }

  @Nullable BlockPage child(int slot) {
    int index = indexOf(slot);
    return index < 0 || children == null ? null : children[index];
  }

  /** Where the slot's mark is stored; for a slot that is no exception, -1 - where it would be. */
  private int indexOf(int slot) {
    short[] known = slotOf;
    if (known == null) {
      return slot;
    }
    int index = 0;
    while (index < exceptions && known[index] < slot) {
      index++;
    }
    return index < exceptions && known[index] == slot ? index : -1 - index;
  }

  void set(int slot, short mark, @Nullable BlockPage child) {
    int index = indexOf(slot);
    short before = index < 0 ? common : marks[index];
    counts[code(before)]--;
    counts[code(mark)]++;
    if (slotOf != null && index < 0) {
      if (mark == common && child == null) {
        return;
      }
      if (exceptions == MOST_EXCEPTIONS) {
        becomeDense();
        index = slot;
      } else {
        index = -1 - index;
        insert(index, slot);
      }
    } else if (slotOf != null && mark == common && child == null) {
      remove(index);
      return;
    }
    marks[index] = mark;
    if (child != null && children == null) {
      children = new BlockPage[marks.length];
    }
    if (children != null) {
      children[index] = child;
    }
    if (bitmaps != null) {
      flip(bitmaps, slot, code(before), code(mark));
    }
  }

  private void insert(int index, int slot) {
    short[] known = requireExceptions();
    if (exceptions == known.length) {
      int capacity = Math.min(2 * known.length, MOST_EXCEPTIONS);
      known = Arrays.copyOf(known, capacity);
      slotOf = known;
      marks = Arrays.copyOf(marks, capacity);
      children = children == null ? null : Arrays.copyOf(children, capacity);
    }
    shift(known, index, index + 1);
    known[index] = (short) slot;
    exceptions++;
  }

  private void remove(int index) {
    shift(requireExceptions(), index + 1, index);
    exceptions--;
    if (children != null) {
      children[exceptions] = null;
    }
  }

  private void shift(short[] known, int from, int to) {
    int count = exceptions - from;
    System.arraycopy(known, from, known, to, count);
    System.arraycopy(marks, from, marks, to, count);
    if (children != null) {
      System.arraycopy(children, from, children, to, count);
    }
  }

  private void becomeDense() {
    short[] known = requireExceptions();
    short[] all = new short[slots];
    Arrays.fill(all, common);
    @Nullable BlockPage[] spread = children == null ? null : new BlockPage[slots];
    for (int i = 0; i < exceptions; i++) {
      all[known[i]] = marks[i];
      if (spread != null && children != null) {
        spread[known[i]] = children[i];
      }
    }
    marks = all;
    children = spread;
    slotOf = null;
    long[] bits = new long[(level + 1) * slots / Long.SIZE];
    for (int slot = 0; slot < slots; slot++) {
      flip(bits, slot, 0, code(all[slot]));
    }
    bitmaps = bits;
  }

  private short[] requireExceptions() {
    if (slotOf == null) {
      throw new IllegalStateException("a dense block page has no exceptions");
    }
    return slotOf;
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
    if (bitmaps != null) {
      return nextBit(bitmaps, slot, code);
    }
    short[] known = requireExceptions();
    boolean commonWillDo = code(common) >= code;
    int candidate = slot;
    for (int i = 0; i < exceptions; i++) {
      if (known[i] < candidate) {
        continue;
      }
      if (commonWillDo && known[i] > candidate) {
        return candidate;
      }
      if (code(marks[i]) >= code) {
        return known[i];
      }
      candidate = known[i] + 1;
    }
    return commonWillDo && candidate < slots ? candidate : NOT_FOUND;
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
    long sum = 56 + 32 + 16 + 2L * marks.length;
    sum += slotOf == null ? 0 : 16 + 2L * slotOf.length;
    sum += bitmaps == null ? 0 : 16 + 8L * bitmaps.length;
    if (children != null) {
      sum += 16 + 4L * children.length;
      for (BlockPage child : children) {
        sum += child == null ? 0 : child.bytes();
      }
    }
    return sum;
  }
}
