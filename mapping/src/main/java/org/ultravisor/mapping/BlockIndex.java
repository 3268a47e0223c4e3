package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * Where one descriptor has whole blocks: a tree of {@link BlockPage}s of the owner map's shape,
 * down to level 1; single frames are looked up in the owner map's leaf. Canonical in itself: a page
 * whose slots are all whole, or all without a frame, is a mark in the page above. So splits and
 * merges of the owner map need not be told.
 *
 * <p>Finding a block costs by tiers: below the path of {@code from}, every page that is entered has
 * what is looked for.
 */
final class BlockIndex {
  private static final int TOP = TreeShape.TOP;

  private BlockIndex() {}

  /** The search data of a value in a whole tree; costs by the tree's pages. */
  static BlockPage of(TreeShape shape, Page root, long version, long value) {
    BlockPage[] blocks = {new BlockPage(version, TOP, shape.slots(), false)};
    shape.forEachPiece(
        root,
        (level, first, frames, held) -> {
          if (held == value) {
            blocks[0] = change(blocks[0], shape, version, level, first, frames, true);
          }
        });
    return blocks[0];
  }

  /**
   * Notes that the descriptor got or lost slots of one owner page.
   *
   * @return the root, which may be written until the version ends
   */
  static BlockPage change(
      BlockPage oldRoot,
      TreeShape shape,
      long version,
      int level,
      long frame,
      long frames,
      boolean held) {
    BlockPage root = writable(oldRoot, version);
    int bottom = Math.max(level, 1);
    @Nullable BlockPage[] path = new BlockPage[Scale.TIERS];
    BlockPage page = root;
    for (int at = TOP; at > bottom; at--) {
      path[at] = page;
      BlockPage below = page.child(shape.slot(frame, at));
      page =
          below == null
              ? new BlockPage(version, at - 1, shape.slots(), !held)
              : writable(below, version);
    }
    int slot = shape.slot(frame, bottom);
    if (level == 0) {
      long count = page.mark(slot) + (held ? frames : -frames);
      page.set(slot, (short) count, null);
    } else {
      short mark = held ? page.wholeMark() : 0;
      int end = slot + (int) (frames >>> shape.shift(level));
      for (; slot < end; slot++) {
        page.set(slot, mark, null);
      }
    }
    summarise(path, page, shape, bottom, frame);
    return root;
  }

  /** Takes a page's best code up into its parents, as far as it changes anything. */
  private static void summarise(
      @Nullable BlockPage[] path, BlockPage bottom, TreeShape shape, int level, long frame) {
    BlockPage page = bottom;
    for (int at = level + 1; at <= TOP; at++) {
      BlockPage parent = path[at];
      if (parent == null) {
        throw new IllegalStateException("no block page above level " + (at - 1));
      }
      int slot = shape.slot(frame, at);
      BlockPage child = page.whole() || page.empty() ? null : page;
      short mark = page.whole() ? parent.wholeMark() : (short) page.best();
      if (parent.mark(slot) == mark && child != null && child.equals(parent.child(slot))) {
        return;
      }
      parent.set(slot, mark, child);
      page = parent;
    }
  }

  private static BlockPage writable(BlockPage page, long version) {
    return page.version == version ? page : new BlockPage(version, page);
  }

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
      if (level > 1) {
        path[--level] = page.child(found);
        continue;
      }
      long frame = shape.findInLeaf(owners, position, descriptor);
      if (frame >= 0) {
        return frame;
      }
      position = shape.endOfBlock(position, 1);
      level = shape.lowestCommon(position, level);
    }
    return -1;
  }
}
