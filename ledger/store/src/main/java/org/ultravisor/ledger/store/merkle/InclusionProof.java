package org.ultravisor.ledger.store.merkle;

import java.util.List;

/**
 * That a leaf is in the tree of a size: with the hashes of the other side at each step up, anyone
 * can compute the root.
 *
 * @param index of the leaf, from 0: its sequence less one
 * @param size of the tree
 * @param leaf hash of the leaf
 * @param path from the leaf up
 */
public record InclusionProof(long index, long size, MerkleHash leaf, List<MerkleHash> path) {
  public InclusionProof {
    path = List.copyOf(path);
  }

  /** Whether it leads to this root (RFC 9162, section 2.1.3.2). */
  public boolean provesUnder(MerkleHash root) {
    if (index < 0 || index >= size) {
      return false;
    }
    long node = index;
    long last = size - 1;
    MerkleHash hash = leaf;
    for (MerkleHash sibling : path) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = MerkleHash.ofNode(sibling, hash);
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        hash = MerkleHash.ofNode(hash, sibling);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && hash.equals(root);
  }
}
