package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * A canonical tree of {@link Page}s over all frames of a scale: one writer, any number of
 * snapshots.
 *
 * <p>Always, between calls: no page below the root is a single owned run that could be one slot of
 * the page above; so equal contents have equal slots, whatever their history. A page of an older
 * version than the tree's belongs to a snapshot too and is copied before it is written.
 */
class PageTree {
  /** Is told what leaves and what enters the tree, by owned runs within one page. */
  interface Ledger {
    void removed(int level, long firstFrame, long frames, long value);

    void added(int level, long firstFrame, long frames, long value);
  }

  /** Makes a map's tree; tests plant faults with it. */
  interface Factory {
    PageTree create(TreeShape shape, Ledger ledger);
  }

  private static final int TOP = TreeShape.TOP;

  private final TreeShape shape;
  private final boolean wide;
  private final Ledger ledger;
  private Page root;

  /**
   * The pages of the last descent by level, from 1; those from {@code lastLevel} up are still in
   * place. A page of this version has only such pages above it.
   */
  private final Page[] path = new Page[Scale.TIERS];

  /** The same at level 0: a page or a {@link Leaf}. */
  private Object leaf;

  private int lastLevel = TOP;
  private long lastFrame;
  private long version = 1;

  PageTree(TreeShape shape, Ledger ledger) {
    this.shape = shape;
    this.wide = shape.unit() != 0;
    this.ledger = ledger;
    this.root = newPage(TOP, 0);
    this.path[TOP] = root;
    this.leaf = root;
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

  /** From here on every page there is belongs to the returned root as well; O(1). */
  Page freeze() {
    version++;
    return root;
  }

  /** The value at the frame. Remembers its way: most reads are where the last read or write was. */
  long valueAt(long frame) {
    int level = lowestKnown(0, frame);
    while (level > 0) {
      Object child = path[level].childOrNull(shape.slot(frame, level));
      if (child == null) {
        break;
      }
      put(--level, child);
    }
    remember(level, frame);
    return level == 0
        ? inLeaf(shape.slot(frame, 0))
        : shape.along(path[level].get(shape.slot(frame, level)), frame & (shape.block(level) - 1));
  }

  private long inLeaf(int slot) {
    return leaf instanceof Page page ? page.get(slot) : Leaf.value(leaf, slot);
  }

  private void put(int level, Object pageOrLeaf) {
    if (level == 0) {
      leaf = pageOrLeaf;
    } else {
      path[level] = (Page) pageOrLeaf;
    }
  }

  /** Whether [from, end) is one run that begins with the value. */
  boolean isRun(long from, long end, long value) {
    return valueAt(from) == value && (end - from == 1 || shape.isRun(root, from, end, value));
  }

  /** Gives [from, end) to a run that begins with the value. */
  void set(long from, long end, long value) {
    long position = from;
    while (position < end) {
      long here = shape.along(value, position - from);
      int level = levelAt(position, end, here);
      int slot = shape.slot(position, level);
      long wanted = (end - position) >>> shape.shift(level);
      int count = (int) Math.min(wanted, shape.slots() - slot);
      setSlots(level, position, count, here);
      position += (long) count << shape.shift(level);
    }
  }

  /** The largest level at which the position, the rest of the range and the value are aligned. */
  private int levelAt(long position, long end, long value) {
    int level = 0;
    while (level < TOP
        && (position & (shape.block(level + 1) - 1)) == 0
        && end - position >= shape.block(level + 1)
        && aligned(value, level + 1)) {
      level++;
    }
    return level;
  }

  /** Whether a whole block at the level may begin with the value. */
  private boolean aligned(long value, int level) {
    return !wide || value == 0 || (shape.units(value) & (shape.block(level) - 1)) == 0;
  }

  /** Sets slots of one page, then merges upwards. */
  private void setSlots(int level, long frame, int count, long value) {
    int at = startOfDescent(level, frame);
    while (at > level) {
      Page page = path[at];
      int slot = shape.slot(frame, at);
      Object child = page.childOrNull(slot);
      if (child == null) {
        long held = page.get(slot);
        if (shape.along(held, frame & (shape.block(at) - 1)) == value) {
          remember(at, frame);
          return;
        }
        child = newPage(at - 1, held);
        page.setChild(slot, child);
      } else if (child instanceof Page below) {
        child = writable(page, slot, below);
      } else {
        child = writableLeaf(page, slot, child);
      }
      put(--at, child);
    }
    int slot = shape.slot(frame, level);
    if (level == 0 && leaf instanceof Page full && full.isFull()) {
      leaf = full.toLeaf();
      path[1].setChild(shape.slot(frame, 1), leaf);
    }
    if (level > 0 || leaf instanceof Page) {
      Page page = level > 0 ? path[level] : (Page) leaf;
      account(page, level, frame, slot, slot + count, value);
      page.set(slot, slot + count, value);
    } else {
      accountLeaf(frame, slot, count, value);
      leaf = Leaf.set(leaf, slot, slot + count, value, shape.unit());
    }
    int merged = mergeUp(level, frame);
    if (merged == 0) {
      settleLeaf(frame);
    }
    remember(merged, frame);
  }

  /** Puts the leaf in its place again if it has become another object, or is to be a page. */
  private void settleLeaf(long frame) {
    Page above = path[1];
    int slot = shape.slot(frame, 1);
    if (leaf instanceof Page) {
      return;
    }
    if (Page.isSparse(Leaf.runs(leaf), shape.slots())) {
      Page sparse = newPage(0, 0);
      sparse.take(leaf);
      leaf = sparse;
      above.setChild(slot, leaf);
    } else if (!leaf.equals(above.childOrNull(slot))) {
      above.setChild(slot, leaf);
    }
  }

  /** The lowest level at which the last descent's page is also on this one's path. */
  private int lowestKnown(int level, long frame) {
    int at = Math.max(level, lastLevel);
    while (at < TOP && (frame ^ lastFrame) >>> shape.shift(at + 1) != 0) {
      at++;
    }
    return at;
  }

  /** The same, of pages that may be written. */
  private int startOfDescent(int level, long frame) {
    int at = lowestKnown(level, frame);
    while (at < TOP && versionAt(at) != version) {
      at++;
    }
    if (at == TOP) {
      path[TOP] = writable(null, 0, root);
    }
    return at;
  }

  private long versionAt(int level) {
    if (level > 0) {
      return path[level].version;
    }
    return leaf instanceof Page page ? page.version : Leaf.version(leaf);
  }

  private void remember(int level, long frame) {
    lastLevel = level;
    lastFrame = frame;
  }

  /** The page itself or its copy, put in its place: may be written until the next freeze. */
  Page writable(@Nullable Page parent, int slot, Page page) {
    if (page.version == version) {
      return page;
    }
    Page copy = page.copy(version);
    if (parent == null) {
      root = copy;
    } else {
      parent.setChild(slot, copy);
    }
    return copy;
  }

  private Object writableLeaf(Page parent, int slot, Object shared) {
    if (Leaf.version(shared) == version) {
      return shared;
    }
    Object copy = Leaf.copy(shared, version);
    parent.setChild(slot, copy);
    return copy;
  }

  private void account(Page page, int level, long frame, int from, int to, long value) {
    int shift = shape.shift(level);
    long first = frame;
    int slot = from;
    while (slot < to) {
      int index = page.indexOf(slot);
      long held = page.valueAt(index, slot);
      int end = page.runEnd(index, slot, to);
      long frames = (long) (end - slot) << shift;
      if (held < 0) {
        shape.forEachPiece(page.childAt(index), level - 1, first, ledger::removed);
      } else {
        ledger.removed(level, first, frames, held);
      }
      first += frames;
      slot = end;
    }
    ledger.added(level, frame, (long) (to - from) << shift, value);
  }

  private void accountLeaf(long frame, int from, int count, long value) {
    if (count == 1) {
      ledger.removed(0, frame, 1, Leaf.value(leaf, from));
      ledger.added(0, frame, 1, value);
    } else {
      account(new LeafPage(leaf, shape.unit()), 0, frame, from, from + count, value);
    }
  }

  /**
   * Puts a page that has become one run back into the slot above it, and so on upwards.
   *
   * @return the level of the lowest page on the path that is still in place
   */
  int mergeUp(int bottomLevel, long frame) {
    int level = bottomLevel;
    while (level < TOP && runsAt(level) == 1) {
      long value = level == 0 ? inLeaf(0) : path[level].value(0);
      if (!aligned(value, level + 1)) {
        break;
      }
      level++;
      int slot = shape.slot(frame, level);
      path[level].set(slot, slot + 1, value);
    }
    return level;
  }

  private int runsAt(int level) {
    if (level > 0) {
      return path[level].runs;
    }
    return leaf instanceof Page page ? page.runs : Leaf.runs(leaf);
  }
}
