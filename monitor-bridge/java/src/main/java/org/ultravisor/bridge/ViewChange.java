package org.ultravisor.bridge;

import org.ultravisor.mapping.Rights;

/**
 * What happens to a run of guest pages: they are taken away, or they lead to a run of host frames.
 *
 * @param takesAway whether they lead nowhere afterwards
 * @param offset host frame minus guest frame, in the window
 * @param rights bit 0 read, bit 1 write, bit 2 execute
 */
record ViewChange(boolean takesAway, long offset, int rights) {
  static ViewChange unmap() {
    return new ViewChange(true, 0, 0);
  }

  static ViewChange map(long guestFrame, long hostFrame, Rights rights) {
    return new ViewChange(false, hostFrame - guestFrame, rights.bits());
  }

  /** Whether a leaf of this level at the guest page is aligned on the host's side too. */
  boolean fitsLevel(long guestFrame, int level) {
    return takesAway || ((guestFrame + offset) & ((1L << (10 * level)) - 1)) == 0;
  }

  /** The largest level of a leaf anywhere in the run. */
  int largestLevel(long guestFrame, long count) {
    int level = ViewLayout.MOST_LEVEL;
    while (level > 0 && !leafFits(guestFrame, count, level)) {
      level--;
    }
    return level;
  }

  private boolean leafFits(long guestFrame, long count, int level) {
    long span = 1L << (10 * level);
    long aligned = (guestFrame + span - 1) & -span;
    return aligned + span <= guestFrame + count && fitsLevel(aligned, level);
  }

  /** The entry of a leaf that begins at the guest page. */
  long entryOf(long guestFrame) {
    return takesAway ? ViewEntry.EMPTY : ViewEntry.leaf(guestFrame + offset, rights);
  }
}
