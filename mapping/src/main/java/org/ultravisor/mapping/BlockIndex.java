package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * Where one descriptor has whole blocks: a tree of {@link BlockPage}s of the owner map's shape,
 * down to level 1. Single frames are looked up in the owner map's leaf, and what a packed block has
 * in that block: for it, there is only the best code in the page above. Canonical in itself: a page
 * whose slots are all whole, or all without a frame, is a mark in the page above.
 *
 * <p>Finding a block costs by tiers: below the path of {@code from}, every page that is entered has
 * what is looked for.
 */
final class BlockIndex {
  private static final int TOP = TreeShape.TOP;

  private BlockIndex() {}

  /** The first aligned whole block of the tier at or after the frame, or -1. */
  static long find(
      BlockPage root, Page owners, TreeShape shape, int descriptor, Tier tier, long from) {
    long size = shape.block(tier.level());
    long position = (from + size - 1) & -size;
    @Nullable BlockPage[] path = new BlockPage[Scale.TIERS];
    path[TOP] = root;
    int level = TOP;
    while (position < shape.scale().frameLimit()) {
      BlockPage page = path[level];
      if (page == null) {
        throw new IllegalStateException("no block page at level " + level);
      }
      int slot = shape.slot(position, level);
      int found = page.next(slot, tier.level() + 1);
      if (found < 0) {
        position = shape.endOfBlock(position, level + 1);
        level = shape.lowestCommon(position, level);
        continue;
      }
      if (found > slot) {
        position = ((position >>> shape.shift(level)) + found - slot) << shape.shift(level);
      }
      if (level == tier.level() || page.mark(found) == page.wholeMark()) {
        return position;
      }
      BlockPage below = level > 1 ? page.child(found) : null;
      if (below != null) {
        path[--level] = below;
        continue;
      }
      long frame = shape.findInBlock(owners, position, descriptor, size);
      if (frame >= 0) {
        return frame;
      }
      position = shape.endOfBlock(position, level);
      level = shape.lowestCommon(position, level);
    }
    return -1;
  }
}
