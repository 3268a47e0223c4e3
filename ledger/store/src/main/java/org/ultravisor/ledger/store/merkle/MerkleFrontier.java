package org.ultravisor.ledger.store.merkle;

import java.util.ArrayList;
import java.util.List;

/**
 * The right edge of a growing tree: the complete nodes that have no complete parent yet, one for
 * each bit of the size, largest first. It is all that appending and the current root need. One
 * thread.
 */
public final class MerkleFrontier {
  /** Receives each node that a new leaf completes, lowest first; the leaf itself is level 0. */
  @FunctionalInterface
  public interface NodeSink {
    void completed(int level, long index, MerkleHash hash);
  }

  private final List<MerkleHash> edge = new ArrayList<>();
  private long size;

  /** The edge of an empty tree. */
  public MerkleFrontier() {}

  /** The edge of a tree of this size whose nodes are known. */
  public MerkleFrontier(long size, MerkleNodes nodes) {
    for (int level = 62; level >= 0; level--) {
      if ((size & (1L << level)) != 0) {
        edge.add(nodes.node(level, (size >>> level) - 1));
      }
    }
    this.size = size;
  }

  /** The nodes, largest first. */
  public List<MerkleHash> edge() {
    return List.copyOf(edge);
  }

  /** Number of leaves. */
  public long size() {
    return size;
  }

  public void append(MerkleHash leaf, NodeSink sink) {
    sink.completed(0, size, leaf);
    MerkleHash node = leaf;
    // Adding one to the size carries through its low ones; so do complete nodes.
    for (int level = 0; (size & (1L << level)) != 0; level++) {
      node = MerkleHash.ofNode(edge.removeLast(), node);
      sink.completed(level + 1, size >>> (level + 1), node);
    }
    edge.add(node);
    size++;
  }

  /** The root of the tree as it is now. */
  public MerkleHash root() {
    if (edge.isEmpty()) {
      return MerkleHash.EMPTY;
    }
    MerkleHash root = edge.getLast();
    for (int i = edge.size() - 2; i >= 0; i--) {
      root = MerkleHash.ofNode(edge.get(i), root);
    }
    return root;
  }
}
