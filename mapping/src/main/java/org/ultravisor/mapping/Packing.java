package org.ultravisor.mapping;

import java.util.Arrays;

/**
 * How blocks change between being packed, having a page and being a leaf, and what the ledger of
 * the tree has to be told of packed ones. Of the tree's writer.
 */
final class Packing implements TreeShape.Pieces {
  /** A page with more runs of its own is not packed, so most need not be looked at closely. */
  private static final int FEW = 8;

  /** A block is packed again at so small a part of the runs that are too many to stay so. */
  private static final int PART = 4;

  private static final long[] NONE = {};

  private final TreeShape shape;
  private final PageTree.Ledger ledger;

  /** The values that a change takes from a block, until the ledger is told. */
  private long[] taken = NONE;

  Packing(TreeShape shape, PageTree.Ledger ledger) {
    this.shape = shape;
    this.ledger = ledger;
  }

  /** Tells the ledger that what nodes below a slot hold leaves the tree. */
  void remove(Object node, int level, long first) {
    shape.forEachPiece(node, level, first, this);
  }

  @Override
  public void piece(int level, long firstFrame, long frames, long value) {
    ledger.removed(level, firstFrame, frames, value);
  }

  @Override
  public void packed(int level, long firstFrame, PackedBlock block) {
    for (int run = 0; run < block.runs(); run++) {
      long start = block.start(run);
      ledger.removed(
          PageTree.Ledger.PACKED, firstFrame + start, block.end(run) - start, block.value(run));
      ledger.packed(level, firstFrame, null, block.value(run));
    }
  }

  /** Sets the frames [frame, end) of a block that begins at {@code first}. */
  void set(PackedBlock block, long first, long frame, long end, long value) {
    int level = block.level();
    int kind = level == 0 ? 0 : PageTree.Ledger.PACKED;
    int run = block.indexOf(frame - first);
    int count = 0;
    for (long position = frame - first; position < end - first; run++) {
      long to = Math.min(block.end(run), end - first);
      long held = block.valueAt(run, position);
      ledger.removed(kind, first + position, to - position, held);
      if (level > 0) {
        if (count == taken.length) {
          taken = Arrays.copyOf(taken, 2 * count + 2);
        }
        taken[count++] = held;
      }
      position = to;
    }
    ledger.added(kind, frame, end - frame, value);
    block.set(frame - first, end - first, value);
    if (level > 0) {
      for (int i = 0; i < count; i++) {
        ledger.packed(level, first, block, taken[i]);
      }
      ledger.packed(level, first, block, value);
    }
  }

  /** Tells the ledger all that a block holds which was not packed, or not on its own, before. */
  void tell(long first, PackedBlock block) {
    for (int run = 0; run < block.runs(); run++) {
      if (block.level() > 0) {
        ledger.packed(block.level(), first, block, block.value(run));
      } else {
        long start = block.start(run);
        ledger.unpacked(0, first + start, block.end(run) - start, block.value(run));
      }
    }
  }

  /** Whether so little is left below a page that it is better packed. */
  boolean isWorthIt(Page page) {
    if (page.runs > FEW) {
      return false;
    }
    int sum = 0;
    for (int slot = 0; slot < page.slots; ) {
      int index = page.indexOf(slot);
      Object child = page.childAt(index);
      if (child != null && !(child instanceof PackedBlock)) {
        return false;
      }
      sum += child instanceof PackedBlock block ? block.runs() : 1;
      slot = page.runEnd(index, slot);
    }
    return sum <= shape.packedRuns() / PART;
  }

  /** What a leaf, or a page that is worth it, holds, as a packed block. */
  PackedBlock pack(Object node, int level, long version) {
    PackedBlock block = new PackedBlock(shape, version, level, 0);
    shape.forEachPiece(
        node,
        level,
        0,
        new TreeShape.Pieces() {
          @Override
          public void piece(int ofLevel, long first, long frames, long value) {
            block.set(first, first + frames, value);
          }

          @Override
          public void packed(int ofLevel, long first, PackedBlock below) {
            for (int run = 0; run < below.runs(); run++) {
              block.set(first + below.start(run), first + below.end(run), below.value(run));
            }
          }
        });
    return block;
  }

  /** The same block of level 0 as a leaf. */
  Object leaf(PackedBlock block, long version) {
    long greatest = 0;
    for (int run = 0; run < block.runs(); run++) {
      greatest = Math.max(greatest, block.valueAt(run, block.end(run) - 1));
    }
    Object leaf = Leaf.empty(version, shape.slots(), greatest);
    for (int run = 0; run < block.runs(); run++) {
      int start = (int) block.start(run);
      Leaf.set(leaf, start, (int) block.end(run), block.value(run), shape.unit());
    }
    return leaf;
  }

  /** Gives the block's runs to the page that takes its place: whole slots, and packed parts. */
  void spread(PackedBlock block, Page page, long version) {
    int shift = shape.shift(block.level());
    long size = shape.block(block.level());
    for (int run = 0; run < block.runs(); run++) {
      long end = block.end(run);
      long position = block.start(run);
      while (position < end) {
        long value = block.valueAt(run, position);
        int slot = (int) (position >>> shift);
        long inSlot = position & (size - 1);
        if (inSlot == 0 && end - position >= size) {
          int to = (int) (end >>> shift);
          page.set(slot, to, value);
          position = (long) to << shift;
        } else {
          if (inSlot == 0) {
            page.setChild(slot, new PackedBlock(shape, version, block.level() - 1, value));
          } else if (page.childOrNull(slot) instanceof PackedBlock part) {
            part.set(inSlot, size, value);
          }
          position = Math.min(end, position - inSlot + size);
        }
      }
    }
  }
}
