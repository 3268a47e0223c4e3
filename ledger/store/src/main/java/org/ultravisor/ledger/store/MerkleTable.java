package org.ultravisor.ledger.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.store.merkle.MerkleHash;
import org.ultravisor.ledger.store.merkle.MerkleNodes;

/**
 * The family merkle. Nodes over up to eight leaves are not stored: they are computed from the
 * leaves. Hashes of compacted leaves, and of nodes over full rows of them, come from {@link
 * LeafHashes}.
 */
final class MerkleTable implements MerkleNodes {
  /**
   * Level of the lowest nodes that are stored. Of a tree's nodes half are at level 1, a quarter at
   * level 2 and so on, and a proof needs one of each: so one node for eight leaves is stored, and a
   * proof reads 15 leaves at most.
   */
  static final int LOWEST_STORED = 4;

  private final Database database;
  private final LeafTable leaves;
  private final LeafHashes hashes;

  MerkleTable(Database database, LeafTable leaves) {
    this.database = database;
    this.leaves = leaves;
    this.hashes = new LeafHashes(database);
  }

  static void put(Batch batch, int level, long index, MerkleHash hash) {
    if (level >= LOWEST_STORED) {
      batch.put(Family.MERKLE, key(level, index), hash.bytes());
    }
  }

  @Override
  public MerkleHash node(int level, long index) {
    String where = "%s, Merkle node (%d, %d)".formatted(database.directory(), level, index);
    try {
      // What is compacted goes when its row is there, so whoever misses it finds the row.
      MerkleHash found =
          level < LOWEST_STORED ? overLeaves(level, index) : stored(where, level, index);
      if (found == null && level < LeafHashes.ROW_LEVEL) {
        found = hashes.node(level, index);
      }
      if (found == null && level > 0 && level < LOWEST_STORED) {
        // Some of its leaves are compacted and some are not.
        found = MerkleHash.ofNode(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
      }
      if (found == null) {
        throw new StoreCorruptedException(where + " is missing");
      }
      return found;
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(where + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Null if one of the leaves is not there. */
  private @Nullable MerkleHash overLeaves(int level, long index) {
    if (level == 0) {
      byte[] leaf = leaves.find(index + 1);
      return leaf == null ? null : MerkleHash.ofLeaf(leaf);
    }
    MerkleHash left = overLeaves(level - 1, 2 * index);
    MerkleHash right = left == null ? null : overLeaves(level - 1, 2 * index + 1);
    return left == null || right == null ? null : MerkleHash.ofNode(left, right);
  }

  private @Nullable MerkleHash stored(String where, int level, long index) throws RocksDBException {
    byte[] hash = database.get(Family.MERKLE, key(level, index));
    if (hash != null && hash.length != MerkleHash.BYTES) {
      throw new StoreCorruptedException(where + " is no hash");
    }
    return hash == null ? null : MerkleHash.of(hash);
  }

  static byte[] key(int level, long index) {
    return ByteBuffer.allocate(1 + Long.BYTES).put((byte) level).putLong(index).array();
  }
}
