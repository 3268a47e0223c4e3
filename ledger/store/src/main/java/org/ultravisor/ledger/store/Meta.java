package org.ultravisor.ledger.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/** The family meta: what the store is and how far it has come. */
final class Meta {
  static final String FORMAT = "ultravisor ledger store 2";

  /** "flushed" was in this family, and none in the state. */
  static final String FORMAT_1 = "ultravisor ledger store 1";

  private static final int COMMITMENT_BYTES = 32;
  private static final String APPLIED = "applied";
  private static final String FLUSHED = "flushed";
  private static final String COMPACTED = "compacted";
  private static final String RECLAIMED = "reclaimed";

  private final Database database;

  Meta(Database database) {
    this.database = database;
  }

  static void identify(Batch batch, String identity) {
    put(batch, "format", FORMAT.getBytes(StandardCharsets.UTF_8));
    put(batch, "identity", identity.getBytes(StandardCharsets.UTF_8));
  }

  static void applied(Batch batch, Applied applied) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * Long.BYTES + MerkleHash.BYTES + 2 * Long.BYTES);
    bytes.putLong(applied.term()).putLong(applied.index());
    bytes.putLong(applied.sequence()).putLong(applied.ledgerTime());
    bytes.put(applied.logRoot().bytes());
    put(batch, APPLIED, hash(bytes, applied.stateHash()).array());
  }

  static void compacted(Batch batch, Compaction compaction) {
    byte[] commitment = HexFormat.of().parseHex(compaction.commitment());
    ByteBuffer bytes = ByteBuffer.allocate(5 * Long.BYTES + commitment.length);
    bytes.putLong(compaction.through()).putLong(compaction.dropped());
    hash(bytes, compaction.stateHash()).putLong(compaction.records()).put(commitment);
    put(batch, COMPACTED, bytes.array());
  }

  /** Says that the space of what was compacted through a sequence is free. */
  static void reclaimed(Batch batch, long through) {
    put(batch, RECLAIMED, ByteBuffer.allocate(Long.BYTES).putLong(through).array());
  }

  /** Keeps builds that know format 1 only from what they would misread. */
  void upgrade() throws RocksDBException {
    if (read("format", Meta::text).equals(FORMAT_1)) {
      Batch batch = database.batch();
      put(batch, "format", FORMAT.getBytes(StandardCharsets.UTF_8));
      database.write(batch);
    }
  }

  /** Refuses a store of another format or another ledger. */
  void requireIdentity(String expected) {
    String format = read("format", Meta::text);
    if (!format.equals(FORMAT) && !format.equals(FORMAT_1)) {
      throw new StoreCorruptedException(
          "%s: format '%s' expected, found '%s'".formatted(where("format"), FORMAT, format));
    }
    String identity = read("identity", Meta::text);
    if (!identity.equals(expected)) {
      throw new StoreCorruptedException(
          "%s: ledger '%s' expected, found '%s', so it is another cluster's"
              .formatted(where("identity"), expected, identity));
    }
  }

  Applied applied() {
    return read(
        APPLIED,
        bytes -> {
          long term = bytes.getLong();
          long index = bytes.getLong();
          long sequence = bytes.getLong();
          long ledgerTime = bytes.getLong();
          byte[] root = new byte[MerkleHash.BYTES];
          bytes.get(root);
          return new Applied(term, index, sequence, ledgerTime, MerkleHash.of(root), hash(bytes));
        });
  }

  /** What a store of format 1 has flushed. */
  Flushed flushed() {
    return read(FLUSHED, bytes -> new Flushed(bytes.getLong(), hash(bytes)));
  }

  /** The last compaction; null if there was none. */
  @Nullable Compaction compaction() {
    return find(
        COMPACTED,
        bytes -> {
          long through = bytes.getLong();
          long dropped = bytes.getLong();
          StateHash hash = hash(bytes);
          long records = bytes.getLong();
          byte[] commitment = new byte[COMMITMENT_BYTES];
          bytes.get(commitment);
          return new Compaction(
              through, dropped, hash, records, HexFormat.of().formatHex(commitment));
        });
  }

  /** Sequence of the last compaction whose space is free; 0 if there was none. */
  long reclaimed() {
    Long through = find(RECLAIMED, ByteBuffer::getLong);
    return through == null ? 0 : through;
  }

  private <T> T read(String name, Function<ByteBuffer, T> reader) {
    T value = find(name, reader);
    if (value == null) {
      throw new StoreCorruptedException(where(name) + " is missing");
    }
    return value;
  }

  private <T> @Nullable T find(String name, Function<ByteBuffer, T> reader) {
    try {
      byte[] sealed = database.get(Family.META, key(name));
      if (sealed == null) {
        return null;
      }
      ByteBuffer bytes = ByteBuffer.wrap(Checksum.open(sealed, () -> where(name)));
      T value = reader.apply(bytes);
      if (bytes.hasRemaining()) {
        throw new StoreCorruptedException(where(name) + " is too long");
      }
      return value;
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(where(name) + " cannot be read: " + e.getMessage(), e);
    } catch (BufferUnderflowException e) {
      throw new StoreCorruptedException(where(name) + " is too short", e);
    }
  }

  private String where(String name) {
    return database.directory() + ", meta \"" + name + "\"";
  }

  private static void put(Batch batch, String name, byte[] value) {
    batch.putSealed(Family.META, key(name), value);
  }

  private static byte[] key(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private static ByteBuffer hash(ByteBuffer bytes, StateHash hash) {
    return bytes.putLong(hash.high()).putLong(hash.low());
  }

  private static StateHash hash(ByteBuffer bytes) {
    return new StateHash(bytes.getLong(), bytes.getLong());
  }
}
