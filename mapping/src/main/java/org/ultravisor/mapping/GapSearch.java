package org.ultravisor.mapping;

/**
 * First fit for a number of free guest frames, by way of free blocks: every gap that is large
 * enough holds a whole block of some tier, so gaps without such a block, and all that is mapped,
 * are stepped over at the cost of a block search.
 *
 * @param shape of the map by guest frame
 * @param guests that map
 * @param free search data of its free frames
 */
record GapSearch(TreeShape shape, Page guests, BlockPage free) {
  private static final long LIMIT = MemoryMapView.GUEST_LIMIT;

  long find(long count, Tier alignment, long from) {
    long size = shape.block(alignment.level());
    Tier tier = certainBlock(count, alignment);
    long position = from;
    while (position < LIMIT) {
      long block = BlockIndex.find(free, guests, shape, 0, tier, position);
      if (block < 0 || block >= LIMIT) {
        return -1;
      }
      long start = startOfGap(position, block, tier.level());
      long end = shape.runEnd(guests, block, LIMIT, 0);
      if (end == block) {
        throw new IllegalStateException(
            "search data have a free block at guest frame %d, which is mapped".formatted(block));
      }
      long aligned = (start + size - 1) & -size;
      if (end - aligned >= count) {
        return aligned;
      }
      position = end;
    }
    return -1;
  }

  /** The largest tier of which any gap that will do has a whole block. */
  private Tier certainBlock(long count, Tier alignment) {
    int level = 0;
    while (level < TreeShape.TOP
        && (2 * shape.block(level + 1) - 1 <= count
            || (level < alignment.level() && shape.block(level + 1) <= count))) {
      level++;
    }
    return Tier.ofLevel(level);
  }

  /** Goes back from the first free block by smaller and smaller ones, at most to {@code from}. */
  private long startOfGap(long from, long block, int level) {
    long start = block;
    for (int below = level - 1; below >= 0; below--) {
      long size = shape.block(below);
      while (start - size >= from && shape.isRun(guests, start - size, start, 0)) {
        start -= size;
      }
    }
    return start;
  }
}
