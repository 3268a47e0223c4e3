package org.ultravisor.ledger.store.merkle;

/** Where the complete nodes of a tree are found. */
@FunctionalInterface
public interface MerkleNodes {
  /**
   * The hash of a complete node, of a leaf at level 0.
   *
   * @param level 0 to 62
   * @param index from 0; the node is complete
   */
  MerkleHash node(int level, long index);
}
