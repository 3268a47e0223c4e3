package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * How frames find their slot in a tree of pages, and how values go along a block. Reads only; any
 * thread may call with a root that no longer changes.
 *
 * @param scale bits of the frame number that each tier takes
 * @param unit what the values of neighbouring frames in one block differ by: 0 for owners
 */
record TreeShape(Scale scale, long unit) {
  static final int TOP = Scale.TIERS - 1;

  /** Takes the maximal runs of equal or consecutive values, by address. */
  interface Sink {
    /** Whether to go on. */
    boolean run(long firstFrame, long count, long value);
  }

  /** Takes owned runs as single pages hold them. */
  interface Pieces {
    void piece(int level, long firstFrame, long frames, long value);
  }

  int slots() {
    return scale.slots();
  }

  /** Bits of the frame number below those that pick a slot at the level. */
  int shift(int level) {
    return scale.bits() * level;
  }

  int slot(long frame, int level) {
    return (int) (frame >>> shift(level)) & (slots() - 1);
  }

  /** Frames of a block at the level. */
  long block(int level) {
    return 1L << shift(level);
  }

  long step(int level) {
    return unit << shift(level);
  }

  /** The value without what is below the unit: the address in it. */
  long units(long value) {
    return value >>> Long.numberOfTrailingZeros(unit);
  }

  /** The value {@code distance} frames into a block or run that begins with the value. */
  long along(long value, long distance) {
    return value <= 0 ? value : value + distance * unit;
  }

  long valueAt(Page root, long frame) {
    Page page = root;
    int level = TOP;
    while (level > 0) {
      Object child = page.childOrNull(slot(frame, level));
      if (child == null) {
        break;
      }
      level--;
      if (!(child instanceof Page below)) {
        return Leaf.value(child, slot(frame, 0));
      }
      page = below;
    }
    return along(page.get(slot(frame, level)), frame & (block(level) - 1));
  }

  /** The page of a level, 1 or more, on the frame's path; null if the path ends above. */
  @Nullable Page pageAt(Page root, long frame, int level) {
    Page page = root;
    for (int at = TOP; at > level; at--) {
      if (!(page.childOrNull(slot(frame, at)) instanceof Page below)) {
        return null;
      }
      page = below;
    }
    return page;
  }

  /** The pieces of [from, end) as the pages hold them, joined to maximal runs. */
  void forEachRun(Page root, long from, long end, Sink sink) {
    Page[] path = new Page[Scale.TIERS];
    path[TOP] = root;
    int level = TOP;
    long runStart = from;
    long runValue = 0;
    long position = from;
    while (position < end) {
      Page page = path[level];
      int slot = slot(position, level);
      int index = page.indexOf(slot);
      long value = page.valueAt(index, slot);
      if (value < 0) {
        path[--level] = page.childAt(index);
        continue;
      }
      value = along(value, position & (block(level) - 1));
      if (position == from) {
        runValue = value;
      } else if (along(runValue, position - runStart) != value) {
        if (!sink.run(runStart, position - runStart, runValue)) {
          return;
        }
        runStart = position;
        runValue = value;
      }
      long wanted = slot + ((end - 1) >>> shift(level)) - (position >>> shift(level)) + 1;
      int runEnd = page.runEnd(index, slot, (int) Math.min(wanted, page.slots));
      long next = ((position >>> shift(level)) - slot + runEnd) << shift(level);
      position = Math.min(next, end);
      level = lowestCommon(position, level);
    }
    if (end > from) {
      sink.run(runStart, end - runStart, runValue);
    }
  }

  /** Whether [from, end) is one run that begins with the value; stops at the first difference. */
  boolean isRun(Page root, long from, long end, long value) {
    return runEnd(root, from, end, value) == end;
  }

  /** How far the run goes on that should begin with the value at {@code from}: from to end. */
  long runEnd(Page root, long from, long end, long value) {
    long position = from;
    while (position < end) {
      Page page = root;
      int level = TOP;
      int slot = slot(position, level);
      int index = page.indexOf(slot);
      long held = page.valueAt(index, slot);
      while (held < 0) {
        page = page.childAt(index);
        level--;
        slot = slot(position, level);
        index = page.indexOf(slot);
        held = page.valueAt(index, slot);
      }
      if (along(held, position & (block(level) - 1)) != along(value, position - from)) {
        return position;
      }
      long first = position >>> shift(level);
      if (end <= (first + 1) << shift(level)) {
        return end;
      }
      position = (first - slot + page.runEnd(index, slot)) << shift(level);
    }
    return end;
  }

  /** The first frame behind the block of the level that the frame is in. */
  long endOfBlock(long frame, int level) {
    return ((frame >>> shift(level)) + 1) << shift(level);
  }

  /** The lowest level, from the given one up, whose page has not been left by going on to here. */
  int lowestCommon(long frame, int level) {
    int common = level;
    while (common < TOP && (frame & (block(common + 1) - 1)) == 0) {
      common++;
    }
    return common;
  }

  /** The first frame with the value at or after the frame, within its leaf page, or -1. */
  long findInLeaf(Page root, long frame, long value) {
    Page page = root;
    for (int level = TOP; level > 0; level--) {
      page = page.child(slot(frame, level));
    }
    int found = page.find(slot(frame, 0), value);
    return found < 0 ? -1 : (frame & -block(1)) + found;
  }

  /** All owned runs of the root's and all lower pages, by address. */
  void forEachPiece(Page root, Pieces pieces) {
    forEachPiece(root, TOP, 0, pieces);
  }

  /** Those of one page and below; at most six calls deep. */
  void forEachPiece(Page page, int level, long frame, Pieces pieces) {
    for (int slot = 0; slot < page.slots; ) {
      int index = page.indexOf(slot);
      long value = page.valueAt(index, slot);
      int end = page.runEnd(index, slot);
      long first = frame + ((long) slot << shift(level));
      if (value < 0) {
        forEachPiece(page.childAt(index), level - 1, first, pieces);
      } else {
        pieces.piece(level, first, (long) (end - slot) << shift(level), value);
      }
      slot = end;
    }
  }
}
