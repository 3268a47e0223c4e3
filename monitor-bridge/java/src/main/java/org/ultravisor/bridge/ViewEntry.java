package org.ultravisor.bridge;

/** A node's entry: empty, a table (the number of a node one level down) or a leaf. */
final class ViewEntry {
  static final long EMPTY = 0;

  private static final long KIND = 3;
  private static final long TABLE = 1;
  private static final long LEAF = 3;
  private static final long RIGHTS = 7L << 2;
  private static final long NODE = (1L << 23) - 1;

  private ViewEntry() {}

  /**
   * A leaf.
   *
   * @param frame its first frame, relative to the window: 0 to 2^40 - 1
   * @param rights bit 0 read, bit 1 write, bit 2 execute
   */
  static long leaf(long frame, int rights) {
    return frame << 12 | (long) rights << 2 | LEAF;
  }

  static long table(int node) {
    return (long) node << 13 | TABLE;
  }

  static boolean isLeaf(long entry) {
    return (entry & KIND) == LEAF;
  }

  static boolean isTable(long entry) {
    return (entry & KIND) == TABLE;
  }

  static int node(long entry) {
    return (int) (entry >>> 13 & NODE);
  }

  /** The leaf that lies {@code frames} further in the same run. */
  static long advance(long leaf, long frames) {
    return leaf + (frames << 12);
  }

  static long frame(long leaf) {
    return leaf >>> 12;
  }

  /** Whether {@code after} allows all that {@code before} does, at the same frame. */
  static boolean adds(long before, long after) {
    return before == EMPTY
        || (isLeaf(before)
            && (before & ~RIGHTS) == (after & ~RIGHTS)
            && (before & after & RIGHTS) == (before & RIGHTS));
  }
}
