package org.ultravisor.ledger.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/**
 * Hashes of leaves that are compacted, in rows of 1,024 in the family merkle at level 0. Nodes up
 * to level 9 over a full row are not stored: they are computed from it.
 */
final class LeafHashes {
  /** Level of the node over a full row. */
  static final int ROW_LEVEL = 10;

  /** Leaves of a full row. */
  static final int ROW = 1 << ROW_LEVEL;

  private final Database database;

  LeafHashes(Database database) {
    this.database = database;
  }

  /** A row's hashes, one behind another; null if there is no such row. */
  byte @Nullable [] row(long row) throws RocksDBException {
    return database.get(Family.MERKLE, MerkleTable.key(0, row));
  }

  static void put(Batch batch, long row, byte[] hashes) {
    batch.put(Family.MERKLE, MerkleTable.key(0, row), hashes);
  }

  /**
   * A node over leaves of one row; null if the row does not have them all.
   *
   * @param level 0 to 9
   */
  @Nullable MerkleHash node(int level, long index) throws RocksDBException {
    long first = index << level;
    byte[] hashes = row(first / ROW);
    int at = (int) (first % ROW);
    int count = 1 << level;
    return hashes == null || hashes.length < (at + count) * MerkleHash.BYTES
        ? null
        : over(hashes, at, count);
  }

  /** The node over so many hashes of a row, a power of two. */
  private static MerkleHash over(byte[] hashes, int at, int count) {
    if (count == 1) {
      return hash(hashes, at);
    }
    int half = count / 2;
    return MerkleHash.ofNode(over(hashes, at, half), over(hashes, at + half, half));
  }

  static MerkleHash hash(byte[] hashes, int at) {
    return MerkleHash.of(
        Arrays.copyOfRange(hashes, at * MerkleHash.BYTES, (at + 1) * MerkleHash.BYTES));
  }
}
