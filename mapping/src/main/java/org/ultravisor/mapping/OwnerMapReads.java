package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/** The reading half that the live owner map and its snapshots share. */
abstract sealed class OwnerMapReads implements OwnerMapView permits OwnerMap, OwnerMapSnapshot {
  final TreeShape shape;

  OwnerMapReads(TreeShape shape) {
    this.shape = shape;
  }

  /** The tree's root as this view sees it. */
  abstract Page root();

  /** The descriptor of a frame that is in bounds. */
  abstract long valueAt(long frame);

  abstract AccountTable.Entry accounts();

  /** What all views of one map have in common. */
  abstract Object identity();

  abstract long version();

  @Override
  public final Scale scale() {
    return shape.scale();
  }

  @Override
  public final int descriptorAt(long frame) {
    requireFrame(frame);
    return (int) valueAt(frame);
  }

  @Override
  public final long frames(int descriptor) {
    if (descriptor < 0) {
      throw new IllegalArgumentException("descriptor is negative: " + descriptor);
    }
    return AccountTable.frames(accounts(), descriptor);
  }

  @Override
  public final boolean isWhole(PageRange range, int descriptor) {
    requireRange(range);
    long first = range.firstFrame();
    return valueAt(first) == descriptor
        && (range.frameCount() == 1 || shape.isRun(root(), first, range.endFrame(), descriptor));
  }

  @Override
  public final long runLength(long frame, long most) {
    requireFrame(frame);
    if (most <= 0) {
      throw new IllegalArgumentException("most is not positive: " + most);
    }
    long end = frame + Math.min(most, scale().frameLimit() - frame);
    Page root = root();
    return shape.runEnd(root, frame, end, valueAt(frame)) - frame;
  }

  @Override
  public final void forEachRun(PageRange within, RunVisitor visitor) {
    requireRange(within);
    shape.forEachRun(
        root(),
        within.firstFrame(),
        within.endFrame(),
        (first, count, value) -> {
          visitor.run(first, count, (int) value);
          return true;
        });
  }

  /** The descriptor's search data, or null if this view has none. */
  abstract @Nullable BlockPage blocks(int descriptor);

  @Override
  public final long findBlock(int descriptor, Tier tier, long fromFrame) {
    requireFrame(fromFrame);
    if (frames(descriptor) < scale().frames(tier)) {
      return -1;
    }
    BlockPage blocks = blocks(descriptor);
    return blocks == null
        ? findBlockByRuns(descriptor, scale().frames(tier), fromFrame)
        : BlockIndex.find(blocks, root(), shape, descriptor, tier, fromFrame);
  }

  private long findBlockByRuns(int descriptor, long block, long fromFrame) {
    long[] found = {-1};
    shape.forEachRun(
        root(),
        fromFrame,
        scale().frameLimit(),
        (first, count, value) -> {
          long aligned = (first + block - 1) & -block;
          if (value == descriptor && first + count - aligned >= block) {
            found[0] = aligned;
          }
          return found[0] < 0;
        });
    return found[0];
  }

  @Override
  public final void forEachIndexPage(IndexPageVisitor visitor) {
    new IndexPageWalk(shape, pages(visitor)).visit(root(), null);
  }

  @Override
  public final void forEachIndexPageChangedSince(OwnerMapSnapshot older, IndexPageVisitor visitor) {
    if (!older.identity().equals(identity()) || older.version() > version()) {
      throw new IllegalArgumentException(
          "changes need an older snapshot of the same map; this one is "
              + (older.identity().equals(identity()) ? "younger" : "of another map"));
    }
    new IndexPageWalk(shape, pages(visitor)).visit(root(), older.root());
  }

  private IndexPageWalk.Sink pages(IndexPageVisitor visitor) {
    int[] buffer = new int[shape.slots()];
    return new IndexPageWalk.Sink() {
      @Override
      public void page(int level, long prefix, long[] slots) {
        for (int slot = 0; slot < buffer.length; slot++) {
          buffer[slot] = slots[slot] < 0 ? IndexPageVisitor.SUBDIVIDED : (int) slots[slot];
        }
        visitor.page(level, prefix, buffer);
      }

      @Override
      public void gone(int level, long prefix) {
        visitor.gone(level, prefix);
      }
    };
  }

  @Override
  public final long memoryBytes() {
    return shape.bytes(root()) + AccountTable.bytes(accounts());
  }

  final void requireRange(PageRange range) {
    if (range.endFrame() > scale().frameLimit()) {
      throw new IllegalArgumentException(
          "range %s ends behind the last frame at %d bits a tier, %d"
              .formatted(range, scale().bits(), scale().frameLimit() - 1));
    }
  }

  private void requireFrame(long frame) {
    if (frame < 0 || frame >= scale().frameLimit()) {
      throw new IllegalArgumentException(
          "frame is not in 0..%d: %d".formatted(scale().frameLimit() - 1, frame));
    }
  }
}
