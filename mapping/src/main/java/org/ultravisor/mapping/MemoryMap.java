package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * One partition's memory map: guest frame to host frame and rights, canonical. Beside it the same
 * map by host frame, which answers where a revoked host page is mapped.
 *
 * <p>One thread writes and reads this object; other threads read {@link #snapshot() snapshots}.
 * Mapping costs by the tiers and slots that the range touches, however guest and host are aligned;
 * leaves, which are aligned in both, are made when they are {@link #forEachLeaf asked for}.
 */
public final class MemoryMap extends MemoryMapReads {
  private final ContentHash hash = new ContentHash();
  private final PageTree byGuest;
  private final PageTree byHost;
  private final BlockIndexWriter blocks;
  private final Prefetcher prefetcher = new Prefetcher();
  private long mappedFrames;

  /** Where guest frames are free; null until someone searched. */
  private @Nullable BlockPage free;

  /** A map of nothing. */
  public MemoryMap(Scale scale) {
    this(scale, PageTree::new);
  }

  MemoryMap(Scale scale, PageTree.Factory trees) {
    super(new TreeShape(scale, 1L << RIGHTS_BITS));
    blocks = new BlockIndexWriter(shape);
    byGuest = trees.create(shape, new Bookkeeping());
    byHost = trees.create(shape, new NoBookkeeping());
  }

  /**
   * Maps the host range at the guest frame, in place of what was mapped at those guest frames.
   *
   * @throws IllegalArgumentException if a range passes its limit, or a host frame is mapped at a
   *     guest frame that is not replaced; nothing has changed then
   */
  public void map(long guestFrame, PageRange host, Rights rights) {
    long count = host.frameCount();
    requireGuest(guestFrame, count);
    requireHost(host);
    if (!byHost.isRun(host.firstFrame(), host.endFrame(), 0)) {
      requireReplaced(host, guestFrame);
    }
    if (!byGuest.isRun(guestFrame, guestFrame + count, 0)) {
      unmap(guestFrame, count);
    }
    byGuest.set(guestFrame, guestFrame + count, entry(host.firstFrame(), rights));
    byHost.set(host.firstFrame(), host.endFrame(), entry(guestFrame, rights));
  }

  /** Whatever is mapped of the host range must be among the guest frames that get it now. */
  private void requireReplaced(PageRange host, long guestFrame) {
    forEachGuestRunOf(
        host,
        (guest, first, frames, held) -> {
          if (guest < guestFrame || guest + frames > guestFrame + host.frameCount()) {
            throw new IllegalArgumentException(
                "host frames [%d, %d) are mapped at guest frame %d; cannot map %s at %d as well"
                    .formatted(first, first + frames, guest, host, guestFrame));
          }
        });
  }

  /**
   * Leaves nothing mapped at {@code count} guest frames.
   *
   * @throws IllegalArgumentException if they pass the limit; nothing has changed then
   */
  public void unmap(long guestFrame, long count) {
    requireGuest(guestFrame, count);
    long first = byGuest.valueAt(guestFrame);
    if (first != 0 && byGuest.isRun(guestFrame, guestFrame + count, first)) {
      byHost.set(frameOf(first), frameOf(first) + count, 0);
    } else {
      forEachRun(
          guestFrame, count, (guest, host, frames, rights) -> byHost.set(host, host + frames, 0));
    }
    byGuest.set(guestFrame, guestFrame + count, 0);
  }

  /**
   * Maps the slots of an index page that another map's {@link #forEachIndexPage} visited; all of
   * its pages, in any order, make an empty map equal to that one.
   *
   * @throws IllegalArgumentException if there is no such page or entry at this scale
   */
  public void load(int level, long prefix, long[] slots) {
    if (level < 0 || level > TreeShape.TOP || slots.length != shape.slots()) {
      throw new IllegalArgumentException(
          "no index page of %d slots at level %d".formatted(slots.length, level));
    }
    long step = shape.step(level);
    for (int slot = 0; slot < slots.length; ) {
      int end = slot + 1;
      while (end < slots.length && slots[slot] > 0 && slots[end] == slots[end - 1] + step) {
        end++;
      }
      if (slots[slot] > 0) {
        long guestFrame = (prefix * slots.length + slot) << shape.shift(level);
        long count = (long) (end - slot) << shape.shift(level);
        Rights rights = new Rights((int) slots[slot] & 7);
        map(guestFrame, new PageRange(frameOf(slots[slot]), count), rights);
      }
      slot = end;
    }
  }

  /** The map as it is now, for readers on any thread; O(1). */
  public MemoryMapSnapshot snapshot() {
    return new MemoryMapSnapshot(
        shape, byGuest.freeze(), byHost.freeze(), free, mappedFrames, hash.high(), hash.low());
  }

  @Override
  public long mappedFrames() {
    return mappedFrames;
  }

  @Override
  public long hashHigh() {
    return hash.high();
  }

  @Override
  public long hashLow() {
    return hash.low();
  }

  /**
   * Brings to the processor's cache what mapping the host frames at the guest frames, or looking
   * for them, will read; changes nothing.
   *
   * @param guestFrames as many; a negative one is left out
   * @param count how many of each are meant; those are in bounds
   */
  public void prefetch(long[] hostFrames, long[] guestFrames, int count) {
    prefetcher.prefetch(byHost, shape, hostFrames, count);
    prefetcher.prefetch(byGuest, shape, guestFrames, count);
  }

  @Override
  long entryAt(long guestFrame) {
    return byGuest.valueAt(guestFrame);
  }

  @Override
  long entryOfHost(long hostFrame) {
    return byHost.valueAt(hostFrame);
  }

  @Override
  Page guestRoot() {
    return byGuest.root();
  }

  @Override
  Page hostRoot() {
    return byHost.root();
  }

  /** Search data is made by the first search and kept from then on. */
  @Override
  BlockPage free() {
    BlockPage known = free;
    if (known == null) {
      known = blocks.of(byGuest.root(), byGuest.version(), 0);
      free = known;
    }
    return known;
  }

  private void changeFree(int level, long first, long frames, boolean held) {
    if (free != null && level != PageTree.Ledger.PACKED) {
      free = blocks.change(free, byGuest.version(), level, first, frames, held);
    }
  }

  /**
   * Keeps hash and count by the difference. The hash's key is the distance from guest to host with
   * the rights: the same for all frames of a leaf, so leaves of any tier add up alike.
   */
  private final class Bookkeeping implements PageTree.Ledger {
    @Override
    public void removed(int level, long firstFrame, long frames, long value) {
      if (value != 0) {
        hash.subtract(firstFrame, frames, value - (firstFrame << RIGHTS_BITS));
        mappedFrames -= frames;
      } else {
        changeFree(level, firstFrame, frames, false);
      }
    }

    @Override
    public void added(int level, long firstFrame, long frames, long value) {
      if (value != 0) {
        hash.add(firstFrame, frames, value - (firstFrame << RIGHTS_BITS));
        mappedFrames += frames;
      } else {
        changeFree(level, firstFrame, frames, true);
      }
    }

    @Override
    public void unpacked(int level, long firstFrame, long frames, long value) {
      if (value == 0) {
        changeFree(level, firstFrame, frames, true);
      }
    }

    @Override
    public void packed(int level, long firstFrame, @Nullable PackedBlock block, long value) {
      if (value == 0 && free != null) {
        int best = block == null ? 0 : block.best(0);
        free = blocks.mark(free, byGuest.version(), level + 1, firstFrame, best);
      }
    }
  }

  /** The tree by host frame has the same content; it is counted and hashed once. */
  private static final class NoBookkeeping implements PageTree.Ledger {
    @Override
    public void removed(int level, long firstFrame, long frames, long value) {}

    @Override
    public void added(int level, long firstFrame, long frames, long value) {}

    @Override
    public void packed(int level, long firstFrame, @Nullable PackedBlock block, long value) {}

    @Override
    public void unpacked(int level, long firstFrame, long frames, long value) {}
  }
}
