package org.ultravisor.ledger.store.merkle;

import java.util.ArrayList;
import java.util.List;

/** Roots and proofs of any earlier size, from the complete nodes. */
public final class MerkleTree {
  private final MerkleNodes nodes;

  public MerkleTree(MerkleNodes nodes) {
    this.nodes = nodes;
  }

  /** The root when the tree had this many leaves. */
  public MerkleHash rootAt(long size) {
    return new MerkleFrontier(size, nodes).root();
  }

  /**
   * Shows that a leaf is in the tree of a size.
   *
   * @param leaf its index, from 0, below the size
   */
  public InclusionProof inclusion(long leaf, long size) {
    if (leaf < 0 || leaf >= size) {
      throw new IllegalArgumentException(
          "a leaf of a tree of size %d must be in 0..%d: %d".formatted(size, size - 1, leaf));
    }
    List<MerkleHash> path = new ArrayList<>();
    long from = 0;
    long to = size;
    // From the root down; RFC 9162 lists the path from the leaf up.
    while (to - from > 1) {
      long middle = from + split(to - from);
      if (leaf < middle) {
        path.add(rootOf(middle, to));
        to = middle;
      } else {
        path.add(rootOf(from, middle));
        from = middle;
      }
    }
    return new InclusionProof(leaf, size, nodes.node(0, leaf), path.reversed());
  }

  /** The hash over the leaves [from, to), whose left part starts a complete node. */
  private MerkleHash rootOf(long from, long to) {
    long count = to - from;
    if (Long.bitCount(count) == 1) {
      int level = Long.numberOfTrailingZeros(count);
      return nodes.node(level, from >>> level);
    }
    long middle = from + split(count);
    return MerkleHash.ofNode(rootOf(from, middle), rootOf(middle, to));
  }

  /** The largest power of two below the count, which is at least 2. */
  static long split(long count) {
    return Long.highestOneBit(count - 1);
  }
}
