package org.ultravisor.ledger.store;

import java.nio.ByteBuffer;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.store.merkle.MerkleHash;
import org.ultravisor.ledger.store.merkle.MerkleNodes;

/** The family merkle; hashes of single leaves are computed from the leaves. */
final class MerkleTable implements MerkleNodes {
  private final Database database;
  private final LeafTable leaves;

  MerkleTable(Database database, LeafTable leaves) {
    this.database = database;
    this.leaves = leaves;
  }

  static void put(Batch batch, int level, long index, MerkleHash hash) throws RocksDBException {
    if (level > 0) {
      batch.put(Family.MERKLE, key(level, index), hash.bytes());
    }
  }

  @Override
  public MerkleHash node(int level, long index) {
    if (level == 0) {
      return MerkleHash.ofLeaf(leaves.encoded(index + 1));
    }
    String where = "%s, Merkle node (%d, %d)".formatted(database.directory(), level, index);
    try {
      byte[] hash = database.get(Family.MERKLE, key(level, index));
      if (hash == null || hash.length != MerkleHash.BYTES) {
        throw new StoreCorruptedException(where + " is missing or no hash");
      }
      return MerkleHash.of(hash);
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(where + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] key(int level, long index) {
    return ByteBuffer.allocate(1 + Long.BYTES).put((byte) level).putLong(index).array();
  }
}
