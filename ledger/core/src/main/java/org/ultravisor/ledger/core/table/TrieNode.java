package org.ultravisor.ledger.core.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link LongMap}: up to 32 children, of which only those present take space. Always: a
 * node that hangs in a map has at least one child; a node whose stamp is not its map's is shared
 * with a snapshot and must not change.
 */
final class TrieNode {
  static final int BITS = 5;
  static final int MASK = (1 << BITS) - 1;

  final long stamp;
  private int present;
  private Object[] children;

  TrieNode(long stamp) {
    this(stamp, 0, new Object[0]);
  }

  private TrieNode(long stamp, int present, Object[] children) {
    this.stamp = stamp;
    this.present = present;
    this.children = children;
  }

  /** This node if it may change under the stamp, or a copy which may. */
  TrieNode writable(long now) {
    return stamp == now ? this : new TrieNode(now, present, children.clone());
  }

  @Nullable Object child(int index) {
    int bit = 1 << index;
    return (present & bit) == 0 ? null : children[position(bit)];
  }

  boolean isEmpty() {
    return present == 0;
  }

  /** The greatest index with a child that is not above this one; -1 if there is none. */
  int floorIndex(int index) {
    int below = present & (int) ((2L << index) - 1);
    return below == 0 ? -1 : 31 - Integer.numberOfLeadingZeros(below);
  }

  void set(int index, @Nullable Object child) {
    int bit = 1 << index;
    int position = position(bit);
    boolean there = (present & bit) != 0;
    if (child == null) {
      if (there) {
        Object[] fewer = Arrays.copyOf(children, children.length - 1);
        System.arraycopy(children, position + 1, fewer, position, fewer.length - position);
        children = fewer;
        present &= ~bit;
      }
    } else if (there) {
      children[position] = child;
    } else {
      Object[] more = new Object[children.length + 1];
      System.arraycopy(children, 0, more, 0, position);
      System.arraycopy(children, position, more, position + 1, children.length - position);
      more[position] = child;
      children = more;
      present |= bit;
    }
  }

  private int position(int bit) {
    return Integer.bitCount(present & (bit - 1));
  }
}
