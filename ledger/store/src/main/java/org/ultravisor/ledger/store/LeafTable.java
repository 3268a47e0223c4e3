package org.ultravisor.ledger.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.CodecException;
import org.ultravisor.ledger.codec.LedgerCodec;

/** The family leaves. */
final class LeafTable {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final Database database;
  private final LedgerCodec codec;
  private final Meta meta;

  LeafTable(Database database, LedgerCodec codec) {
    this.database = database;
    this.codec = codec;
    this.meta = new Meta(database);
  }

  /**
   * @param encoded the leaf as the codec encodes it
   */
  static void put(Batch batch, long sequence, byte[] encoded) {
    batch.putSealed(Family.LEAVES, key(sequence), encoded);
  }

  /**
   * A leaf's encoded bytes, which the Merkle tree hashes.
   *
   * @throws HistoryCompactedException if they are no longer kept
   */
  byte[] encoded(long sequence) {
    byte[] encoded = find(sequence);
    if (encoded == null) {
      Compaction compaction = meta.compaction();
      throw compaction != null && sequence < compaction.through()
          ? new HistoryCompactedException(sequence, compaction.through())
          : new StoreCorruptedException(where(sequence) + " is missing");
    }
    return encoded;
  }

  /** Null if it is not there. */
  byte @Nullable [] find(long sequence) {
    try {
      byte[] sealed = database.get(Family.LEAVES, key(sequence));
      return sealed == null ? null : Checksum.open(sealed, () -> where(sequence));
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(where(sequence) + " cannot be read: " + e.getMessage(), e);
    }
  }

  boolean has(long sequence) {
    return find(sequence) != null;
  }

  AuditLeaf leaf(long sequence) {
    return decode(sequence, encoded(sequence));
  }

  /**
   * Encoded leaves in order from one on, in one pass over the files: at least one, at most so many,
   * and fewer before one that is missing, unreadable or compacted.
   *
   * @param mostBytes about how many bytes of them
   */
  List<byte[]> encodedFrom(long from, int most, int mostBytes) {
    List<byte[]> found = new ArrayList<>();
    try {
      database.scan(
          Family.LEAVES,
          key(from),
          iterator -> {
            long bytes = 0;
            while (found.size() < most
                && bytes < mostBytes
                && iterator.isValid()
                && (long) LONG.get(iterator.key(), 0) == from + found.size()) {
              long sequence = from + found.size();
              byte[] encoded = Checksum.open(iterator.value(), () -> where(sequence));
              found.add(encoded);
              bytes += encoded.length;
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

  /** Deletes the leaves below a sequence without those kept, which ascend. */
  static void drop(Batch batch, long below, long[] kept) {
    long from = 1;
    for (long keep : kept) {
      dropRange(batch, from, keep);
      from = keep + 1;
    }
    dropRange(batch, from, below);
  }

  private static void dropRange(Batch batch, long from, long to) {
    if (from < to) {
      batch.deleteRange(Family.LEAVES, key(from), key(to));
    }
  }

  private String where(long sequence) {
    return database.directory() + ", leaf " + sequence;
  }

  static byte[] key(long sequence) {
    byte[] key = new byte[Long.BYTES];
    LONG.set(key, 0, sequence);
    return key;
  }
}
