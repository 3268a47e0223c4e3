package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * How frames find their slot in a tree of pages, and how values go along a block. Reads only; any
 * thread may call with a root that no longer changes. A node of a tree is a {@link Page}, a {@link
 * PackedBlock} or, at level 0, a {@link Leaf}.
 *
 * @param scale bits of the frame number that each tier takes
 * @param unit what the values of neighbouring frames in one block differ by: 0 for owners
 * @param packedRuns how many runs a block of level 1 or more has at most while it is packed
 */
record TreeShape(Scale scale, long unit, int packedRuns) {
  static final int TOP = Scale.TIERS - 1;

  /** A little fewer than a page has slots: a block with an owner a slot is smaller as a page. */
  private static final int PACKED_RUNS = 960;

  /** A leaf with more runs than one in so many slots is an array: found at once, 4 KiB. */
  private static final int SLOTS_PER_RUN = 32;

  TreeShape(Scale scale, long unit) {
    this(scale, unit, PACKED_RUNS);
  }

  /** Takes the maximal runs of equal or consecutive values, by address. */
  interface Sink {
    /** Whether to go on. */
    boolean run(long firstFrame, long count, long value);
  }

  /** Takes what single nodes hold: owned runs of pages and leaves, and packed blocks. */
  interface Pieces {
    void piece(int level, long firstFrame, long frames, long value);

    /**
     * @param level of the page in whose place it is, 1 or more
     */
    void packed(int level, long firstFrame, PackedBlock block);
  }

  /** How many runs a block has at most while it is packed. */
  int mostRuns(int level) {
    return level == 0 ? slots() / SLOTS_PER_RUN : packedRuns;
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

  /** The value {@code distance} frames into a block or run that begins with the value. */
  long along(long value, long distance) {
    return value <= 0 ? value : value + distance * unit;
  }

  /** Where the frame is in the block of the level. */
  long offset(long frame, int level) {
    return frame & (block(level) - 1);
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

  long valueAt(Page root, long frame) {
    Object node = root;
    int level = TOP;
    while (node instanceof Page page) {
      int slot = slot(frame, level);
      Object child = page.childOrNull(slot);
      if (child == null) {
        return along(page.get(slot), offset(frame, level));
      }
      node = child;
      level--;
    }
    return valueIn(node, frame, level);
  }

  /** The value in a leaf or a packed block. */
  long valueIn(Object node, long frame, int level) {
    return node instanceof PackedBlock block
        ? block.valueAt(offset(frame, level + 1))
        : Leaf.value(node, slot(frame, 0));
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

  /** The pieces of [from, end) as the nodes hold them, joined to maximal runs. */
  void forEachRun(Page root, long from, long end, Sink sink) {
    RunJoiner runs = new RunJoiner(this, from, sink);
    Page[] path = new Page[Scale.TIERS];
    path[TOP] = root;
    int level = TOP;
    long position = from;
    while (position < end) {
      Page page = path[level];
      int slot = slot(position, level);
      int index = page.indexOf(slot);
      Object child = page.childAt(index);
      if (child instanceof Page below) {
        path[--level] = below;
        continue;
      }
      long next;
      if (child == null) {
        long first = position >>> shift(level);
        next = Math.min((first - slot + page.runEnd(index, slot)) << shift(level), end);
        long value = along(page.valueAt(index, slot), offset(position, level));
        if (!runs.add(position, value)) {
          return;
        }
      } else {
        next = Math.min(endOfBlock(position, level), end);
        if (!forEachRunIn(child, position, next, level, runs)) {
          return;
        }
      }
      position = next;
      level = lowestCommon(position, level);
    }
    runs.finish(end);
  }

  /** Those of a leaf or packed block below the level. */
  private boolean forEachRunIn(Object node, long from, long end, int level, RunJoiner runs) {
    long first = from & -block(level);
    long position = from - first;
    if (node instanceof PackedBlock block) {
      for (int run = block.indexOf(position); position < end - first; run++) {
        if (!runs.add(first + position, block.valueAt(run, position))) {
          return false;
        }
        position = block.end(run);
      }
      return true;
    }
    while (position < end - first) {
      int slot = (int) position;
      if (!runs.add(first + position, Leaf.value(node, slot))) {
        return false;
      }
      position = Leaf.runEnd(node, slot, (int) (end - first), unit);
    }
    return true;
  }

  /** Whether [from, end) is one run that begins with the value; stops at the first difference. */
  boolean isRun(Page root, long from, long end, long value) {
    return runEnd(root, from, end, value) == end;
  }

  /** How far the run goes on that should begin with the value at {@code from}: from to end. */
  long runEnd(Page root, long from, long end, long value) {
    long position = from;
    while (position < end) {
      Object node = root;
      int level = TOP;
      long held = 0;
      long next = position;
      while (node instanceof Page page) {
        int slot = slot(position, level);
        int index = page.indexOf(slot);
        node = page.childAt(index);
        if (node == null) {
          held = along(page.valueAt(index, slot), offset(position, level));
          long first = position >>> shift(level);
          next =
              end <= (first + 1) << shift(level)
                  ? end
                  : (first - slot + page.runEnd(index, slot)) << shift(level);
        }
        level--;
      }
      if (node != null) {
        long first = position & -block(level + 1);
        if (node instanceof PackedBlock block) {
          int run = block.indexOf(position - first);
          held = block.valueAt(run, position - first);
          next = first + block.end(run);
        } else {
          int slot = (int) (position - first);
          held = Leaf.value(node, slot);
          int limit = (int) Math.min(slots(), end - first);
          next = first + Leaf.runEnd(node, slot, limit, unit);
        }
      }
      if (held != along(value, position - from)) {
        return position;
      }
      position = next;
    }
    return end;
  }

  /**
   * The first aligned block of so many frames with the value at or after the frame, within the leaf
   * or packed block that the frame is in, or -1.
   */
  long findInBlock(Page root, long frame, long value, long size) {
    Object node = root;
    int level = TOP;
    while (node instanceof Page page) {
      node = page.childOrNull(slot(frame, level));
      level--;
    }
    if (node == null) {
      throw new IllegalStateException("frame %d is not below a page".formatted(frame));
    }
    long first = frame & -block(level + 1);
    long found =
        node instanceof PackedBlock block
            ? block.find(value, size, frame - first)
            : Leaf.find(node, (int) (frame - first), value);
    return found < 0 ? -1 : first + found;
  }

  /** All that the root's page and all lower nodes hold, by address. */
  void forEachPiece(Page root, Pieces pieces) {
    forEachPiece(root, TOP, 0, pieces);
  }

  /** What one node holds, and those below; at most six calls deep. */
  void forEachPiece(Object node, int level, long frame, Pieces pieces) {
    if (node instanceof Page page) {
      for (int slot = 0; slot < page.slots; ) {
        int index = page.indexOf(slot);
        int end = page.runEnd(index, slot);
        long first = frame + ((long) slot << shift(level));
        Object child = page.childAt(index);
        if (child == null) {
          long frames = (long) (end - slot) << shift(level);
          pieces.piece(level, first, frames, page.valueAt(index, slot));
        } else {
          forEachPiece(child, level - 1, first, pieces);
        }
        slot = end;
      }
    } else if (node instanceof PackedBlock block && level > 0) {
      pieces.packed(level, frame, block);
    } else {
      RunJoiner runs =
          new RunJoiner(
              this,
              frame,
              (first, count, value) -> {
                pieces.piece(0, first, count, value);
                return true;
              });
      forEachRunIn(node, frame, frame + slots(), 1, runs);
      runs.finish(frame + slots());
    }
  }

  /** What a node and those below cost on the heap with 4-byte references. */
  long bytes(Object node) {
    if (node instanceof PackedBlock block) {
      return block.bytes();
    }
    if (!(node instanceof Page page)) {
      return Leaf.bytes(node);
    }
    long sum = page.bytes();
    for (int slot = 0; slot < page.slots; ) {
      int index = page.indexOf(slot);
      Object child = page.childAt(index);
      sum += child == null ? 0 : bytes(child);
      slot = page.runEnd(index, slot);
    }
    return sum;
  }
}
