package org.ultravisor.ledger.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.store.merkle.MerkleHash;
import org.ultravisor.ledger.store.merkle.MerkleNodes;

/**
 * The family merkle. Hashes of single leaves are computed from the leaves; those of compacted
 * leaves, and of nodes over full rows of them, come from {@link LeafHashes}.
 */
final class MerkleTable implements MerkleNodes {
  private final Database database;
  private final LeafTable leaves;
  private final LeafHashes hashes;

  MerkleTable(Database database, LeafTable leaves) {
    this.database = database;
    this.leaves = leaves;
    this.hashes = new LeafHashes(database);
  }

  static void put(Batch batch, int level, long index, MerkleHash hash) throws RocksDBException {
    if (level > 0) {
      batch.put(Family.MERKLE, key(level, index), hash.bytes());
    }
  }

  @Override
  public MerkleHash node(int level, long index) {
    String where = "%s, Merkle node (%d, %d)".formatted(database.directory(), level, index);
    try {
      // What is compacted goes when its row is there, so whoever misses it finds the row.
      MerkleHash found = level == 0 ? leaf(index) : stored(where, level, index);
      if (found == null && level < LeafHashes.ROW_LEVEL) {
        found = hashes.node(level, index);
      }
      if (found == null) {
        throw new StoreCorruptedException(where + " is missing");
      }
      return found;
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(where + " cannot be read: " + e.getMessage(), e);
    }
  }

  private @Nullable MerkleHash leaf(long index) {
    byte[] leaf = leaves.find(index + 1);
    return leaf == null ? null : MerkleHash.ofLeaf(leaf);
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
