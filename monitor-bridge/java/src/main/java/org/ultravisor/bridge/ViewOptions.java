package org.ultravisor.bridge;

/**
 * How much room views get. Files are sparse: what is not used costs address space only.
 *
 * @param nodeCapacity nodes of 8 KiB that a partition's first file has room for; a full view is
 *     replaced by a larger one
 * @param reuseDistance K: a dropped node is written again K - 1 versions later at the earliest
 * @param changeSlots records of the change ring, a power of two
 * @param waitingNodes when more dropped nodes than this wait for reuse, versions are skipped
 */
public record ViewOptions(int nodeCapacity, int reuseDistance, int changeSlots, int waitingNodes) {
  public static final ViewOptions DEFAULT = new ViewOptions(1 << 16, 256, 2048, 2048);

  public ViewOptions {
    between("nodeCapacity", nodeCapacity, 1, ViewLayout.MOST_NODES);
    between(
        "reuseDistance",
        reuseDistance,
        ViewLayout.LEAST_REUSE_DISTANCE,
        ViewLayout.MOST_REUSE_DISTANCE);
    between("changeSlots", changeSlots, 1, ViewLayout.MOST_CHANGE_SLOTS);
    between("waitingNodes", waitingNodes, 1, ViewLayout.MOST_NODES);
    if (Integer.bitCount(changeSlots) != 1) {
      throw new IllegalArgumentException("changeSlots is not a power of two: " + changeSlots);
    }
  }

  private static void between(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is not in %d..%d: %d".formatted(what, least, most, value));
    }
  }
}
