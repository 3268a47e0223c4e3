package org.ultravisor.ledger.core;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;

/**
 * Whether memory was added or removed, and the partitions of which anything was written that
 * counts: pages owned, pages seen, what is held, limits, state. Noted where it is written, so that
 * nothing is missed because a fact was applied wrongly.
 */
final class ChangedPartitions {
  private static final int KEPT = 1 << 12;

  /** So many are found by looking at each; only of more is there a set. */
  private static final int FEW = 8;

  private final BitSet noted = new BitSet();
  private int[] numbers = new int[16];
  private int count;
  private int last;
  private boolean installed;

  void note(int partition) {
    if (partition != last && partition != 0) {
      last = partition;
      if (!isNoted(partition)) {
        add(partition);
      }
    }
  }

  /** Notes the partition whose descriptor it is, or what is not installed, if it is one's. */
  void noteDescriptor(int descriptor) {
    if (Descriptors.isPartition(descriptor)) {
      note(Descriptors.partitionOf(descriptor));
    } else if (descriptor == Descriptors.ABSENT) {
      noteInstalled();
    }
  }

  /** Notes that memory was added or removed. */
  void noteInstalled() {
    installed = true;
  }

  /** Whether memory was added or removed since this was last asked. */
  boolean takeInstalled() {
    boolean was = installed;
    installed = false;
    return was;
  }

  private boolean isNoted(int partition) {
    if (count > FEW) {
      return noted.get(partition);
    }
    for (int i = 0; i < count; i++) {
      if (numbers[i] == partition) {
        return true;
      }
    }
    return false;
  }

  private void add(int partition) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = partition;
    if (count > FEW) {
      for (int i = count == FEW + 1 ? 0 : count - 1; i < count; i++) {
        noted.set(numbers[i]);
      }
    }
  }

  /** Visits each once, in the order of their first change, and forgets them. */
  void drain(IntConsumer visitor) {
    for (int i = 0; i < count; i++) {
      if (count > FEW) {
        noted.clear(numbers[i]);
      }
      visitor.accept(numbers[i]);
    }
    count = 0;
    last = 0;
    if (numbers.length > KEPT) {
      numbers = new int[KEPT];
    }
  }
}
