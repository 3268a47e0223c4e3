package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * Keeps {@link BlockIndex} trees by the difference, one writer for all trees of a map. It remembers
 * the path of its last change: most changes are near the one before, in the same tree.
 */
final class BlockIndexWriter {
  private static final int TOP = TreeShape.TOP;

  private final TreeShape shape;

  /** The pages of the last change by level; those from {@code lastLevel} up are still in place. */
  private final @Nullable BlockPage[] path = new BlockPage[Scale.TIERS];

  private int lastLevel = TOP;
  private long lastFrame;
  private long lastVersion;

  BlockIndexWriter(TreeShape shape) {
    this.shape = shape;
  }

  /** The search data of a value in a whole tree; costs by the tree's pages. */
  BlockPage of(Page tree, long version, long value) {
    BlockPage[] blocks = {new BlockPage(version, TOP, shape.slots(), false)};
    shape.forEachPiece(
        tree,
        new TreeShape.Pieces() {
          @Override
          public void piece(int level, long first, long frames, long held) {
            if (held == value) {
              blocks[0] = change(blocks[0], version, level, first, frames, true);
            }
          }

          @Override
          public void packed(int level, long first, PackedBlock block) {
            int best = block.best(value);
            if (best > 0) {
              blocks[0] = mark(blocks[0], version, level + 1, first, best);
            }
          }
        });
    return blocks[0];
  }

  /**
   * Notes that slots of one page are now held, or no longer.
   *
   * @return the root, which may be written until the version ends
   */
  BlockPage change(
      BlockPage oldRoot, long version, int level, long frame, long frames, boolean held) {
    int bottom = Math.max(level, 1);
    BlockPage page = descend(oldRoot, version, bottom, frame);
    int slot = shape.slot(frame, bottom);
    if (level == 0) {
      long count = page.mark(slot) + (held ? frames : -frames);
      page.set(slot, (short) count, null);
    } else {
      short mark = held ? page.wholeMark() : 0;
      page.set(slot, slot + (int) (frames >>> shape.shift(level)), mark, null);
    }
    summarise(bottom, frame);
    lastFrame = frame;
    lastVersion = version;
    return on(TOP);
  }

  /**
   * Notes what a packed block in one slot of the level has: the code of its largest block, and
   * nothing below.
   *
   * @return the root, which may be written until the version ends
   */
  BlockPage mark(BlockPage oldRoot, long version, int level, long frame, int code) {
    descend(oldRoot, version, level, frame).set(shape.slot(frame, level), (short) code, null);
    summarise(level, frame);
    lastFrame = frame;
    lastVersion = version;
    return on(TOP);
  }

  /** Goes to the page of the level, made where it was a mark; the path may be written then. */
  private BlockPage descend(BlockPage oldRoot, long version, int bottom, long frame) {
    int at = startOfDescent(oldRoot, version, bottom, frame);
    BlockPage page = on(at);
    while (at > bottom) {
      int slot = shape.slot(frame, at);
      BlockPage below = page.child(slot);
      boolean whole = page.mark(slot) == page.wholeMark();
      page =
          below == null
              ? new BlockPage(version, at - 1, shape.slots(), whole)
              : writable(below, version);
      path[--at] = page;
    }
    return page;
  }

  /** The lowest level at which the last change's page is also on this one's path. */
  private int startOfDescent(BlockPage oldRoot, long version, int bottom, long frame) {
    if (version != lastVersion || !oldRoot.equals(path[TOP])) {
      path[TOP] = writable(oldRoot, version);
      return TOP;
    }
    int at = Math.max(bottom, lastLevel);
    while (at < TOP && (frame ^ lastFrame) >>> shape.shift(at + 1) != 0) {
      at++;
    }
    return at;
  }

  /** Takes the best code of the page at the level up into its parents, as far as that matters. */
  private void summarise(int level, long frame) {
    lastLevel = level;
    BlockPage page = on(level);
    for (int at = level + 1; at <= TOP; at++) {
      BlockPage parent = on(at);
      int slot = shape.slot(frame, at);
      boolean whole = page.whole();
      BlockPage child = whole || page.empty() ? null : page;
      short mark = whole ? parent.wholeMark() : (short) page.best();
      if (child == null) {
        lastLevel = at;
      } else if (parent.mark(slot) == mark && child.equals(parent.child(slot))) {
        return;
      }
      parent.set(slot, mark, child);
      page = parent;
    }
  }

  private BlockPage on(int level) {
    BlockPage page = path[level];
    if (page == null) {
      throw new IllegalStateException("no block page at level " + level + " of the path");
    }
    return page;
  }

  private static BlockPage writable(BlockPage page, long version) {
    return page.version == version ? page : new BlockPage(version, page);
  }
}
