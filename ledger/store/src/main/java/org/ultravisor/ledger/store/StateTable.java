package org.ultravisor.ledger.store;

import java.nio.ByteBuffer;
import java.util.function.Function;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.core.StateImage;
import org.ultravisor.ledger.core.StateRecord;

/**
 * The family state without its checkpoints: the records of one image, and behind them which one it
 * is, so that both change together.
 */
final class StateTable {
  /** Key of "flushed", behind all records; tables of the state are 0 to 126. */
  private static final byte[] FLUSHED = {0x7f};

  private final Database database;

  StateTable(Database database) {
    this.database = database;
  }

  /** Hands all records, in order, to whoever makes a state of them. */
  <T> T load(Function<Iterable<StateRecord>, T> maker) {
    try {
      return database.scan(
          Family.STATE,
          new byte[0],
          iterator -> maker.apply(() -> new StateRecords(iterator, 0, FLUSHED)));
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(
          database.directory() + ", state cannot be read: " + e.getMessage(), e);
    }
  }

  /** Which image it is. */
  Flushed flushed() {
    String what = database.directory() + ", state's \"flushed\"";
    try {
      byte[] sealed = database.get(Family.STATE, FLUSHED);
      if (sealed == null) {
        return new Meta(database).flushed(); // nothing was flushed since a store of format 1
      }
      ByteBuffer bytes = ByteBuffer.wrap(Checksum.open(sealed, () -> what));
      if (bytes.remaining() != 3 * Long.BYTES) {
        throw new StoreCorruptedException(what + ": 24 bytes expected, found " + bytes.remaining());
      }
      return new Flushed(bytes.getLong(), new StateHash(bytes.getLong(), bytes.getLong()));
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(what + " cannot be read: " + e.getMessage(), e);
    }
  }

  static byte[] flushedKey() {
    return FLUSHED.clone();
  }

  static byte[] flushedValue(Flushed flushed) {
    return Checksum.seal(
        ByteBuffer.allocate(3 * Long.BYTES)
            .putLong(flushed.sequence())
            .putLong(flushed.stateHash().high())
            .putLong(flushed.stateHash().low())
            .array());
  }

  /** Puts a whole image into the batch: a small one, of an empty ledger. */
  static void put(Batch batch, StateImage image) {
    image.forEach(
        (table, key, value) -> {
          if (value != null) {
            batch.put(Family.STATE, name(table, key), value);
          }
        });
    batch.put(Family.STATE, FLUSHED, flushedValue(new Flushed(image.sequence(), image.hash())));
  }

  /** The key of a state's record. */
  static byte[] name(int table, byte[] key) {
    byte[] name = new byte[1 + key.length];
    name[0] = (byte) table;
    System.arraycopy(key, 0, name, 1, key.length);
    return name;
  }
}
