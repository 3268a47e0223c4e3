package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * The reading half that the live memory map and its snapshots share. Two trees: guest to host with
 * rights, and host to guest with the same rights, so that either can be visited without the other.
 * An entry is {@code address << 3 | rights}: 60 + 3 bits, the sign marks subdivided slots.
 */
abstract sealed class MemoryMapReads implements MemoryMapView permits MemoryMap, MemoryMapSnapshot {
  static final int RIGHTS_BITS = 3;

  /** The objects of a map beside its nodes: two trees' and the search's last ways, the hash. */
  private static final long FIXED_BYTES = 552;

  private static final Rights[] RIGHTS = {
    null, Rights.READ, null, Rights.READ_WRITE, null, Rights.READ_EXECUTE, null, Rights.ALL
  };

  final TreeShape shape;

  MemoryMapReads(TreeShape shape) {
    this.shape = shape;
  }

  static long entry(long frame, Rights rights) {
    return frame << RIGHTS_BITS | rights.bits();
  }

  static long frameOf(long entry) {
    return entry >>> RIGHTS_BITS;
  }

  static Rights rightsOf(long entry) {
    return RIGHTS[(int) entry & 7];
  }

  abstract Page guestRoot();

  abstract Page hostRoot();

  /** The entry at a guest frame that is in bounds. */
  abstract long entryAt(long guestFrame);

  /** The entry at a host frame that is in bounds. */
  abstract long entryOfHost(long hostFrame);

  @Override
  public final Scale scale() {
    return shape.scale();
  }

  @Override
  public final @Nullable Mapping at(long guestFrame) {
    requireGuest(guestFrame, 1);
    long entry = entryAt(guestFrame);
    return entry == 0 ? null : new Mapping(frameOf(entry), rightsOf(entry));
  }

  @Override
  public final long guestFrameOf(long hostFrame) {
    requireHost(new PageRange(hostFrame, 1));
    long entry = entryOfHost(hostFrame);
    return entry == 0 ? -1 : frameOf(entry);
  }

  @Override
  public final void forEachRun(MappingVisitor visitor) {
    forEachRun(0, GUEST_LIMIT, visitor);
  }

  @Override
  public final void forEachRun(long guestFrame, long count, MappingVisitor visitor) {
    requireGuest(guestFrame, count);
    shape.forEachRun(
        guestRoot(),
        guestFrame,
        guestFrame + count,
        (first, frames, entry) -> {
          if (entry != 0) {
            visitor.run(first, frameOf(entry), frames, rightsOf(entry));
          }
          return true;
        });
  }

  @Override
  public final void forEachGuestRunOf(PageRange host, MappingVisitor visitor) {
    requireHost(host);
    shape.forEachRun(
        hostRoot(),
        host.firstFrame(),
        host.endFrame(),
        (first, frames, entry) -> {
          if (entry != 0) {
            visitor.run(frameOf(entry), first, frames, rightsOf(entry));
          }
          return true;
        });
  }

  @Override
  public final void forEachLeaf(MappingLeafVisitor visitor) {
    forEachRun(
        (guest, host, count, rights) -> {
          long done = 0;
          while (done < count) {
            long at = guest + done;
            int level = scale().largestBlockAt(at | (host + done), count - done).level();
            long blocks = (count - done) >>> shape.shift(level);
            if (level < TreeShape.TOP
                && ((at ^ (host + done)) & (shape.block(level + 1) - 1)) == 0) {
              blocks = Math.min(blocks, shape.slots() - shape.slot(at, level));
            }
            visitor.leaves(Tier.ofLevel(level), at, host + done, blocks, rights);
            done += blocks << shape.shift(level);
          }
        });
  }

  /** Where whole blocks of guest frames are free, or null if this view does not know. */
  abstract @Nullable BlockPage free();

  @Override
  public final long findGap(long count, Tier alignment, long fromGuestFrame) {
    if (count <= 0 || count > GUEST_LIMIT) {
      throw new IllegalArgumentException("count is not in 1..2^50: " + count);
    }
    requireGuest(fromGuestFrame, 1);
    BlockPage free = free();
    return free == null
        ? findGapByRuns(count, scale().frames(alignment), fromGuestFrame)
        : new GapSearch(shape, guestRoot(), free).find(count, alignment, fromGuestFrame);
  }

  private long findGapByRuns(long count, long block, long from) {
    long[] found = {-1};
    shape.forEachRun(
        guestRoot(),
        from,
        GUEST_LIMIT,
        (first, frames, entry) -> {
          long aligned = (first + block - 1) & -block;
          if (entry == 0 && first + frames - aligned >= count) {
            found[0] = aligned;
          }
          return found[0] < 0;
        });
    return found[0];
  }

  @Override
  public final long memoryBytes() {
    BlockPage searched = free();
    return FIXED_BYTES
        + shape.bytes(guestRoot())
        + shape.bytes(hostRoot())
        + (searched == null ? 0 : searched.bytes());
  }

  @Override
  public final boolean isFree(long guestFrame, long count) {
    requireGuest(guestFrame, count);
    return entryAt(guestFrame) == 0
        && (count == 1 || shape.isRun(guestRoot(), guestFrame, guestFrame + count, 0));
  }

  @Override
  public final void forEachIndexPage(MappingPageVisitor visitor) {
    walk(null, visitor);
  }

  @Override
  public final void forEachIndexPageChangedSince(MemoryMapView older, MappingPageVisitor visitor) {
    walk(((MemoryMapReads) older).guestRoot(), visitor);
  }

  private void walk(@Nullable Page before, MappingPageVisitor visitor) {
    IndexPageWalk.Sink sink =
        new IndexPageWalk.Sink() {
          @Override
          public void page(int level, long prefix, long[] slots) {
            visitor.page(level, prefix, slots);
          }

          @Override
          public void gone(int level, long prefix) {
            visitor.gone(level, prefix);
          }
        };
    new IndexPageWalk(shape, sink).visit(guestRoot(), before);
  }

  final void requireGuest(long guestFrame, long count) {
    if (guestFrame < 0 || count <= 0 || guestFrame > GUEST_LIMIT - count) {
      throw new IllegalArgumentException(
          "guest frames are not in 0..2^50-1: %d of them from %d".formatted(count, guestFrame));
    }
  }

  final void requireHost(PageRange host) {
    if (host.endFrame() > scale().frameLimit()) {
      throw new IllegalArgumentException(
          "host range %s ends behind the last frame at %d bits a tier, %d"
              .formatted(host, scale().bits(), scale().frameLimit() - 1));
    }
  }
}
