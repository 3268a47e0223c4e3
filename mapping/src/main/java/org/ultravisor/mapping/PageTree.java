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

  /** The pages of the last descent by level; those from {@code lastLevel} up are still in place. */
  private final Page[] path = new Page[Scale.TIERS];

  private int lastLevel = TOP + 1;
  private long lastFrame;
  private long version = 1;

  PageTree(TreeShape shape, Ledger ledger) {
    this.shape = shape;
    this.wide = shape.unit() != 0;
    this.ledger = ledger;
    this.root = newPage(TOP, 0);
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
    lastLevel = TOP + 1;
    return root;
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
    Page page = path[at];
    while (at > level) {
      int slot = shape.slot(frame, at);
      int index = page.indexOf(slot);
      long held = page.valueAt(index, slot);
      if (held < 0) {
        page = writable(page, slot, page.childAt(index));
      } else if (shape.along(held, frame & (shape.block(at) - 1)) == value) {
        remember(at, frame);
        return;
      } else {
        Page child = newPage(at - 1, held);
        page.setChild(slot, child);
        page = child;
      }
      path[--at] = page;
    }
    int slot = shape.slot(frame, level);
    account(page, level, frame, slot, slot + count, value);
    page.set(slot, slot + count, value);
    remember(mergeUp(page, level, frame), frame);
  }

  /** The lowest level at which the last descent's page is also on this one's path. */
  private int startOfDescent(int level, long frame) {
    if (lastLevel > TOP) {
      path[TOP] = writable(null, 0, root);
      return TOP;
    }
    int at = Math.max(level, lastLevel);
    while (at < TOP && (frame ^ lastFrame) >>> shape.shift(at + 1) != 0) {
      at++;
    }
    return at;
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

  /**
   * Puts a page that has become one run back into the slot above it, and so on upwards.
   *
   * @return the level of the lowest page on the path that is still in place
   */
  int mergeUp(Page bottom, int bottomLevel, long frame) {
    Page page = bottom;
    int level = bottomLevel;
    while (level < TOP && page.runs == 1 && aligned(page.value(0), level + 1)) {
      long value = page.value(0);
      level++;
      page = path[level];
      int slot = shape.slot(frame, level);
      page.set(slot, slot + 1, value);
    }
    return level;
  }
}
