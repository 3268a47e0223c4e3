package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * A canonical tree over all frames of a scale: one writer, any number of snapshots. Its nodes are
 * those of {@link TreeShape}: below the root, a block with few runs is packed, one with many has a
 * page whose slots have blocks of their own.
 *
 * <p>Always, between calls: no node below the root is a single owned run; so equal contents have
 * equal slots, whatever their history. A node of an older version than the tree's belongs to a
 * snapshot too and is copied before it is written.
 */
class PageTree {
  /** Is told what leaves and what enters the tree. */
  interface Ledger {
    /** The level of runs within a packed block, which end anywhere. */
    int PACKED = -1;

    /**
     * @param level of the slots that the run consists of, or {@link #PACKED}
     */
    void removed(int level, long firstFrame, long frames, long value);

    /**
     * @param level as for what is removed
     */
    void added(int level, long firstFrame, long frames, long value);

    /**
     * A packed block that is in place of a page of the level has more or less of the value.
     *
     * @param block null if the block is gone
     */
    void packed(int level, long firstFrame, @Nullable PackedBlock block, long value);

    /** A run that was packed is now slots of a page; it has been added before. */
    void unpacked(int level, long firstFrame, long frames, long value);
  }

  /** Makes a map's tree; tests plant faults with it. */
  interface Factory {
    PageTree create(TreeShape shape, Ledger ledger);
  }

  private static final int TOP = TreeShape.TOP;

  private final TreeShape shape;
  private final boolean wide;
  private final Ledger ledger;
  private final Packing packing;
  private Page root;

  /**
   * The nodes of the last descent by level; those from {@code lastLevel} up are still in place, and
   * above it they are pages. A node of this version has only such nodes above it.
   */
  private final Object[] path = new Object[Scale.TIERS];

  private int lastLevel = TOP;
  private long lastFrame;
  private long version = 1;

  PageTree(TreeShape shape, Ledger ledger) {
    this.shape = shape;
    this.wide = shape.unit() != 0;
    this.ledger = ledger;
    this.packing = new Packing(shape, ledger);
    this.root = newPage(TOP, 0);
    this.path[TOP] = root;
  }

  private Page newPage(int level, long value) {
    return wide
        ? new WidePage(version, shape.slots(), shape.step(level), value)
        : new NarrowPage(version, shape.slots(), (int) value);
  }

  Page root() {
    return root;
  }

  long version() {
    return version;
  }

  /** From here on every node there is belongs to the returned root as well; O(1). */
  Page freeze() {
    version++;
    return root;
  }

  /** The value at the frame. Remembers its way: most reads are where the last read or write was. */
  long valueAt(long frame) {
    int level = lowestKnown(lastLevel, frame);
    Object node = path[level];
    while (node instanceof Page page) {
      int slot = shape.slot(frame, level);
      Object child = page.childOrNull(slot);
      if (child == null) {
        remember(level, frame);
        return shape.along(page.get(slot), shape.offset(frame, level));
      }
      node = child;
      path[--level] = node;
    }
    remember(level, frame);
    return shape.valueIn(node, frame, level);
  }

  /** Whether [from, end) is one run that begins with the value. */
  boolean isRun(long from, long end, long value) {
    return valueAt(from) == value && (end - from == 1 || shape.isRun(root, from, end, value));
  }

  /** Gives [from, end) to a run that begins with the value. */
  void set(long from, long end, long value) {
    long position = from;
    while (position < end) {
      position = setWithinNode(position, end, shape.along(value, position - from));
    }
  }

  /**
   * Sets what one node holds of [frame, end): whole slots of a page, or any part of a leaf or
   * packed block; then merges upwards.
   *
   * @return the first frame that is not set yet
   */
  private long setWithinNode(long frame, long end, long value) {
    int level = levelOfSlots(frame, end);
    int at = startOfDescent(level, frame);
    Object node = path[at];
    while (at > level && node instanceof Page page) {
      int slot = shape.slot(frame, at);
      Object child = page.childOrNull(slot);
      if (child == null) {
        long held = page.get(slot);
        if (shape.along(held, shape.offset(frame, at)) == value) {
          remember(at, frame);
          return Math.min(end, shape.endOfBlock(frame, at));
        }
        node = new PackedBlock(shape, version, at - 1, held);
        page.setChild(slot, node);
      } else {
        node = writable(page, slot, child);
      }
      path[--at] = node;
    }
    long next;
    if (node instanceof Page page) {
      next = setSlots(page, at, frame, end, value);
    } else {
      next = Math.min(end, shape.endOfBlock(frame, at + 1));
      if (node instanceof PackedBlock block) {
        setPacked(block, at, frame, next, value);
      } else {
        setLeaf(node, frame, (int) (next - frame), value);
      }
    }
    remember(mergeUp(at, frame), frame);
    return next;
  }

  /** The largest level of which the range begins with a whole slot. */
  private int levelOfSlots(long frame, long end) {
    int level = 0;
    while (level < TOP
        && shape.offset(frame, level + 1) == 0
        && end - frame >= shape.block(level + 1)) {
      level++;
    }
    return level;
  }

  private long setSlots(Page page, int level, long frame, long end, long value) {
    int slot = shape.slot(frame, level);
    long wanted = (end - frame) >>> shape.shift(level);
    int to = (int) Math.min(slot + wanted, shape.slots());
    account(page, level, frame, slot, to, value);
    page.set(slot, to, value);
    return frame + ((long) (to - slot) << shape.shift(level));
  }

  private void account(Page page, int level, long frame, int from, int to, long value) {
    int shift = shape.shift(level);
    long first = frame;
    int slot = from;
    while (slot < to) {
      int index = page.indexOf(slot);
      int end = page.runEnd(index, slot, to);
      long frames = (long) (end - slot) << shift;
      Object child = page.childAt(index);
      if (child == null) {
        ledger.removed(level, first, frames, page.valueAt(index, slot));
      } else {
        packing.remove(child, level - 1, first);
      }
      first += frames;
      slot = end;
    }
    ledger.added(level, frame, (long) (to - from) << shift, value);
  }

  private void setPacked(PackedBlock block, int level, long frame, long end, long value) {
    long first = frame & -shape.block(level + 1);
    packing.set(block, first, frame, end, value);
    if (block.isFull()) {
      path[level] = level == 0 ? packing.leaf(block, version) : unpack(block, level, first);
      pathPage(level + 1).setChild(shape.slot(frame, level + 1), path[level]);
    }
  }

  /** The page that takes the place of a block with too many runs; at most five calls deep. */
  private Page unpack(PackedBlock block, int level, long first) {
    Page page = newPage(level, 0);
    packing.spread(block, page, version);
    for (int slot = 0; slot < page.slots; ) {
      int index = page.indexOf(slot);
      int end = page.runEnd(index, slot);
      long frame = first + ((long) slot << shape.shift(level));
      if (page.childAt(index) instanceof PackedBlock below) {
        if (level == 1 || !below.isFull()) {
          packing.tell(frame, below);
        }
        if (below.isFull()) {
          page.setChild(
              slot, level == 1 ? packing.leaf(below, version) : unpack(below, level - 1, frame));
        }
      } else {
        long frames = (long) (end - slot) << shape.shift(level);
        ledger.unpacked(level, frame, frames, page.valueAt(index, slot));
      }
      slot = end;
    }
    return page;
  }

  /** Puts the leaf in its place again if it has become another object. */
  private void setLeaf(Object old, long frame, int count, long value) {
    int slot = shape.slot(frame, 0);
    for (int at = slot; at < slot + count; ) {
      int end = count == 1 ? at + 1 : Leaf.runEnd(old, at, slot + count, shape.unit());
      ledger.removed(0, frame + at - slot, end - at, Leaf.value(old, at));
      at = end;
    }
    ledger.added(0, frame, count, value);
    Object leaf = Leaf.set(old, slot, slot + count, value, shape.unit());
    if (2 * Leaf.runs(leaf) <= shape.mostRuns(0)) {
      leaf = packing.pack(leaf, 0, version);
    }
    if (!leaf.equals(old)) {
      path[0] = leaf;
      pathPage(1).setChild(shape.slot(frame, 1), leaf);
    }
  }

  private Page pathPage(int level) {
    return (Page) path[level];
  }

  /** The lowest level at which the last descent's node is also on this one's path. */
  private int lowestKnown(int level, long frame) {
    int at = level;
    while (at < TOP && (frame ^ lastFrame) >>> shape.shift(at + 1) != 0) {
      at++;
    }
    return at;
  }

  /** The same, of nodes that may be written. */
  private int startOfDescent(int level, long frame) {
    int at = lowestKnown(Math.max(level, lastLevel), frame);
    while (at < TOP && versionOf(path[at]) != version) {
      at++;
    }
    if (at == TOP) {
      path[TOP] = writable(null, 0, root);
    }
    return at;
  }

  private void remember(int level, long frame) {
    lastLevel = level;
    lastFrame = frame;
  }

  private static long versionOf(Object node) {
    if (node instanceof Page page) {
      return page.version;
    }
    return node instanceof PackedBlock block ? block.version : Leaf.version(node);
  }

  /** The node itself or its copy, put in its place: may be written until the next freeze. */
  Object writable(@Nullable Page parent, int slot, Object node) {
    if (versionOf(node) == version) {
      return node;
    }
    Object copy;
    if (node instanceof Page page) {
      copy = page.copy(version);
    } else if (node instanceof PackedBlock block) {
      copy = new PackedBlock(block, version);
    } else {
      copy = Leaf.copy(node, version);
    }
    if (parent == null) {
      root = (Page) copy;
    } else {
      parent.setChild(slot, copy);
    }
    return copy;
  }

  /**
   * Puts a node that has become one run back into the slot above it, and so on upwards; then packs
   * the page there if little is left in it.
   *
   * @return the level of the lowest node on the path that is still in place
   */
  int mergeUp(int bottomLevel, long frame) {
    int level = bottomLevel;
    while (level < TOP && runs(path[level]) == 1) {
      long value = firstValue(path[level]);
      level++;
      int slot = shape.slot(frame, level);
      pathPage(level).set(slot, slot + 1, value);
    }
    int lowest = level;
    while (level < TOP && path[level] instanceof Page page && packing.isWorthIt(page)) {
      PackedBlock block = packing.pack(page, level, version);
      packing.tell(frame & -shape.block(level + 1), block);
      path[level] = block;
      lowest = level;
      level++;
      pathPage(level).setChild(shape.slot(frame, level), block);
    }
    return lowest;
  }

  private static int runs(Object node) {
    return node instanceof RunList list ? list.runs() : Leaf.runs(node);
  }

  private static long firstValue(Object node) {
    if (node instanceof Page page) {
      return page.get(0);
    }
    return node instanceof PackedBlock block ? block.value(0) : Leaf.value(node, 0);
  }
}
