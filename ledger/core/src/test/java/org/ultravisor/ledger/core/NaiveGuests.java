package org.ultravisor.ledger.core;

import java.util.BitSet;
import java.util.TreeSet;

/** The guest frames at which one partition sees a page, or will. */
final class NaiveGuests {
  private static final int LOW = 1 << 16;

  private final BitSet low = new BitSet();
  private final TreeSet<Long> high = new TreeSet<>();

  void add(long guest) {
    boolean fresh = guest < LOW ? !low.get((int) guest) : high.add(guest);
    if (!fresh) {
      throw new AssertionError("the model uses guest frame " + guest + " twice");
    }
    if (guest < LOW) {
      low.set((int) guest);
    }
  }

  void remove(long guest) {
    if (guest < LOW) {
      low.clear((int) guest);
    } else {
      high.remove(guest);
    }
  }

  boolean free(long guest, long count) {
    long end = guest + count;
    if (guest < LOW) {
      int taken = low.nextSetBit((int) guest);
      if (taken >= 0 && taken < end) {
        return false;
      }
    }
    Long taken = high.ceiling(guest);
    return taken == null || taken >= end;
  }

  /** The first multiple of the block from which on there is room. */
  long firstGap(long count, long block) {
    long guest = 0;
    while (!free(guest, count)) {
      long next = guest < LOW ? low.nextClearBit((int) guest) : guest + 1;
      guest = Math.max(guest + block, (next + block - 1) / block * block);
    }
    return guest;
  }

  boolean isEmpty() {
    return low.isEmpty() && high.isEmpty();
  }
}
