package org.ultravisor.mapping;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Visits the index pages of a tree, or those in which two trees differ, top down; nodes that both
 * share are equal and are not entered. A packed block is visited as the pages it stands for.
 */
final class IndexPageWalk {
  /** Takes the pages that differ, those above before those below, otherwise by address. */
  interface Sink {
    /**
     * @param slots the values, {@link Page#SUBDIVIDED} for a slot with a page below; may be read
     *     until the call returns
     */
    void page(int level, long prefix, long[] slots);

    void gone(int level, long prefix);
  }

  /** What a page below a packed block would hold: the block's part from the position on. */
  private record Part(PackedBlock block, long position) {}

  private final TreeShape shape;
  private final Sink sink;
  private final long[] slots;

  IndexPageWalk(TreeShape shape, Sink sink) {
    this.shape = shape;
    this.sink = sink;
    this.slots = new long[shape.slots()];
  }

  /** Visits all pages, or those that are not the same in the older tree. */
  void visit(Page root, @Nullable Page older) {
    visit(root, older, TreeShape.TOP, 0);
  }

  private void visit(Object node, @Nullable Object older, int level, long prefix) {
    if (older != null && isSame(node, older, level)) {
      return;
    }
    fill(node, level);
    sink.page(level, prefix, slots);
    int count = shape.slots();
    int here = next(node, level, 0);
    int there = older == null ? count : next(older, level, 0);
    while (here < count || there < count) {
      int slot = Math.min(here, there);
      Object old = older != null && there == slot ? child(older, level, slot) : null;
      if (here == slot) {
        visit(child(node, level, slot), old, level - 1, prefix * count + slot);
        here = next(node, level, slot + 1);
      } else if (old != null) {
        gone(old, level - 1, prefix * count + slot);
      }
      if (older != null && there == slot) {
        there = next(older, level, slot + 1);
      }
    }
  }

  private void gone(Object node, int level, long prefix) {
    sink.gone(level, prefix);
    int count = shape.slots();
    for (int slot = next(node, level, 0); slot < count; slot = next(node, level, slot + 1)) {
      gone(child(node, level, slot), level - 1, prefix * count + slot);
    }
  }

  private boolean isSame(Object node, Object older, int level) {
    return node.equals(older)
        || (node instanceof Part part
            && older instanceof Part old
            && part.block.level() == old.block.level()
            && part.position == old.position
            && part.block.agrees(old.block, part.position, part.position + shape.block(level + 1)));
  }

  private void fill(Object node, int level) {
    if (node instanceof Part part) {
      fill(part, level);
      return;
    }
    for (int slot = 0; slot < slots.length; slot++) {
      slots[slot] = node instanceof Page page ? page.get(slot) : Leaf.value(node, slot);
    }
  }

  private void fill(Part part, int level) {
    Arrays.fill(slots, Page.SUBDIVIDED);
    PackedBlock block = part.block;
    long size = shape.block(level);
    long partEnd = part.position + shape.block(level + 1);
    int run = block.indexOf(part.position);
    for (long start = part.position; start < partEnd; run++) {
      long end = Math.min(block.end(run), partEnd);
      long first = (start + size - 1) & -size;
      for (long position = first; position + size <= end; position += size) {
        slots[(int) ((position - part.position) >>> shape.shift(level))] =
            block.valueAt(run, position);
      }
      start = end;
    }
  }

  /** The first slot at or after the given one that has a page below, or the number of slots. */
  private int next(Object node, int level, int from) {
    int count = shape.slots();
    if (level == 0 || from == count) {
      return count;
    }
    if (node instanceof Page page) {
      int slot = from;
      while (slot < count) {
        int index = page.indexOf(slot);
        if (page.childAt(index) != null) {
          return slot;
        }
        slot = page.runEnd(index, slot);
      }
      return count;
    }
    Part part = (Part) node;
    long size = shape.block(level);
    long partEnd = part.position + shape.block(level + 1);
    int run = part.block.indexOf(part.position + from * size);
    long boundary = part.block.end(run);
    while (boundary < partEnd && (boundary & (size - 1)) == 0) {
      boundary = part.block.end(++run);
    }
    return boundary >= partEnd ? count : (int) ((boundary - part.position) >>> shape.shift(level));
  }

  /** The node below a slot that has one. */
  private Object child(Object node, int level, int slot) {
    if (node instanceof Part part) {
      return new Part(part.block, part.position + ((long) slot << shape.shift(level)));
    }
    Object child = ((Page) node).childOrNull(slot);
    if (child == null) {
      throw new IllegalStateException("no page below slot %d at level %d".formatted(slot, level));
    }
    return child instanceof PackedBlock block ? new Part(block, 0) : child;
  }
}
