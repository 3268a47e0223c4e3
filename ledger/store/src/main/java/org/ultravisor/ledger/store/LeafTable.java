package org.ultravisor.ledger.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.CodecException;
import org.ultravisor.ledger.codec.LedgerCodec;

/** The family leaves. */
final class LeafTable {
  private final Database database;
  private final LedgerCodec codec;

  LeafTable(Database database, LedgerCodec codec) {
    this.database = database;
    this.codec = codec;
  }

  /**
   * @param encoded the leaf as the codec encodes it
   */
  static void put(Batch batch, long sequence, byte[] encoded) throws RocksDBException {
    batch.put(Family.LEAVES, key(sequence), Checksum.seal(encoded));
  }

  /** A leaf's encoded bytes, which the Merkle tree hashes. */
  byte[] encoded(long sequence) {
    try {
      byte[] sealed = database.get(Family.LEAVES, key(sequence));
      if (sealed == null) {
        throw new StoreCorruptedException(where(sequence) + " is missing");
      }
      return Checksum.open(sealed, where(sequence));
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(where(sequence) + " cannot be read: " + e.getMessage(), e);
    }
  }

  boolean has(long sequence) {
    try {
      return database.get(Family.LEAVES, key(sequence)) != null;
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(where(sequence) + " cannot be read: " + e.getMessage(), e);
    }
  }

  AuditLeaf leaf(long sequence) {
    return decode(sequence, encoded(sequence));
  }

  /**
   * Encoded leaves in order from one on, in one pass over the files: at least one, at most so many,
   * and fewer before one that is missing or unreadable.
   */
  List<byte[]> encodedFrom(long from, int most) {
    List<byte[]> found = new ArrayList<>();
    try {
      database.scan(
          Family.LEAVES,
          key(from),
          iterator -> {
            while (found.size() < most
                && iterator.isValid()
                && ByteBuffer.wrap(iterator.key()).getLong() == from + found.size()) {
              found.add(Checksum.open(iterator.value(), where(from + found.size())));
              iterator.next();
            }
            return found;
          });
    } catch (RocksDBException | StoreCorruptedException e) {
      // Leaves before the bad one are good; whoever asks for that one by itself is told.
      return found.isEmpty() ? List.of(encoded(from)) : found;
    }
    return found.isEmpty() ? List.of(encoded(from)) : found;
  }

  AuditLeaf decode(long sequence, byte[] encoded) {
    try {
      AuditLeaf leaf = codec.decodeLeaf(encoded);
      if (leaf.sequence() != sequence) {
        throw new StoreCorruptedException(
            where(sequence) + ": its own sequence expected, found " + leaf.sequence());
      }
      return leaf;
    } catch (CodecException e) {
      throw new StoreCorruptedException(where(sequence) + ": " + e.getMessage(), e);
    }
  }

  private String where(long sequence) {
    return database.directory() + ", leaf " + sequence;
  }

  static byte[] key(long sequence) {
    return ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
  }
}
