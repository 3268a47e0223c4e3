package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * Which descriptor holds which frame of the host memory: a page hierarchy in canonical form.
 * Always: every frame has exactly one descriptor, and {@link #frames} of all descriptors add up to
 * the frames of the scale.
 *
 * <p>One thread writes and reads this object; other threads read {@link #snapshot() snapshots}. An
 * assignment costs by the tiers and slots that the range touches, never by frames; besides, by the
 * index pages that a mixed range makes superfluous.
 */
public final class OwnerMap extends OwnerMapReads {
  private final AccountTable table = new AccountTable();
  private final ContentHash hash = new ContentHash();
  private final PageTree tree;
  private final BlockIndexWriter blocks;
  private final Prefetcher prefetcher = new Prefetcher();

  /** A map in which every frame is absent. */
  public OwnerMap(Scale scale) {
    this(scale, PageTree::new);
  }

  OwnerMap(Scale scale, PageTree.Factory trees) {
    super(new TreeShape(scale, 0));
    blocks = new BlockIndexWriter(shape);
    tree = trees.create(shape, new Bookkeeping());
    table.add(ABSENT, tree.version(), scale.frameLimit());
  }

  /**
   * Gives every frame of the range to the descriptor, whatever held it before.
   *
   * @param descriptor 0 ({@link #ABSENT}) or more
   * @throws IllegalArgumentException if the range passes the scale's last frame or the descriptor
   *     is negative; nothing has changed then
   */
  public void assign(PageRange range, int descriptor) {
    requireRange(range);
    if (descriptor < 0) {
      throw new IllegalArgumentException("descriptor is negative: " + descriptor);
    }
    tree.set(range.firstFrame(), range.endFrame(), descriptor);
  }

  /**
   * Assigns the owned slots of an index page that another map's {@link #forEachIndexPage} visited;
   * all of its pages, in any order, make an empty map equal to that one.
   *
   * @throws IllegalArgumentException if there is no such page at this scale
   */
  public void load(int level, long prefix, int[] slots) {
    if (level < 0 || level > TreeShape.TOP) {
      throw new IllegalArgumentException("level of an index page is not in 0..5: " + level);
    }
    int count = shape.slots();
    long pages = scale().frameLimit() / shape.block(level) / count;
    if (slots.length != count || prefix < 0 || prefix >= pages) {
      throw new IllegalArgumentException(
          "no index page of %d slots at level %d, prefix %d: expected %d slots, prefix 0..%d"
              .formatted(slots.length, level, prefix, count, pages - 1));
    }
    long first = prefix * count;
    for (int slot = 0; slot < count; ) {
      int end = slot + 1;
      while (end < count && slots[end] == slots[slot]) {
        end++;
      }
      if (slots[slot] > ABSENT) {
        tree.set(
            (first + slot) << shape.shift(level), (first + end) << shape.shift(level), slots[slot]);
      }
      slot = end;
    }
  }

  /**
   * Brings to the processor's cache what reads and assignments at the frames will read; changes
   * nothing. Worth it for dozens of far apart frames that are used right after.
   *
   * @param frames of which the first {@code count} are meant; each in bounds
   */
  public void prefetch(long[] frames, int count) {
    prefetcher.prefetch(tree, shape, frames, count);
  }

  /** The map as it is now, for readers on any thread; O(1). */
  public OwnerMapSnapshot snapshot() {
    long version = tree.version();
    Page root = tree.freeze();
    return new OwnerMapSnapshot(shape, this, version, root, table.root(), hash.high(), hash.low());
  }

  @Override
  public long hashHigh() {
    return hash.high();
  }

  @Override
  public long hashLow() {
    return hash.low();
  }

  @Override
  Page root() {
    return tree.root();
  }

  @Override
  long valueAt(long frame) {
    return tree.valueAt(frame);
  }

  @Override
  AccountTable.Entry accounts() {
    return table.root();
  }

  /** Search data is made when a descriptor is first searched for, and kept from then on. */
  @Override
  BlockPage blocks(int descriptor) {
    BlockPage known = AccountTable.blocks(table.root(), descriptor);
    if (known == null) {
      known = blocks.of(tree.root(), tree.version(), descriptor);
      table.setBlocks(descriptor, tree.version(), known);
    }
    return known;
  }

  @Override
  Object identity() {
    return this;
  }

  @Override
  long version() {
    return tree.version();
  }

  /** Keeps hash, accounts and search data by the difference. */
  private final class Bookkeeping implements PageTree.Ledger {
    @Override
    public void removed(int level, long firstFrame, long frames, long value) {
      if (value != ABSENT) {
        hash.subtract(firstFrame, frames, value);
      }
      BlockPage known = table.add((int) value, tree.version(), -frames);
      if (known != null && level != PACKED) {
        change(known, level, firstFrame, frames, (int) value, false);
      }
    }

    @Override
    public void added(int level, long firstFrame, long frames, long value) {
      if (value != ABSENT) {
        hash.add(firstFrame, frames, value);
      }
      BlockPage known = table.add((int) value, tree.version(), frames);
      if (known != null && level != PACKED) {
        change(known, level, firstFrame, frames, (int) value, true);
      }
    }

    @Override
    public void unpacked(int level, long firstFrame, long frames, long value) {
      BlockPage known = AccountTable.blocks(table.root(), (int) value);
      if (known != null) {
        change(known, level, firstFrame, frames, (int) value, true);
      }
    }

    private void change(
        BlockPage known, int level, long firstFrame, long frames, int descriptor, boolean held) {
      long version = tree.version();
      BlockPage now = blocks.change(known, version, level, firstFrame, frames, held);
      if (!now.equals(known)) {
        table.setBlocks(descriptor, version, now);
      }
    }

    @Override
    public void packed(int level, long firstFrame, @Nullable PackedBlock block, long value) {
      BlockPage known = AccountTable.blocks(table.root(), (int) value);
      if (known != null) {
        long version = tree.version();
        int best = block == null ? 0 : block.best(value);
        BlockPage now = blocks.mark(known, version, level + 1, firstFrame, best);
        table.setBlocks((int) value, version, now);
      }
    }
  }
}
