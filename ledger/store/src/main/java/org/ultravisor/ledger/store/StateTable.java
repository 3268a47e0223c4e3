package org.ultravisor.ledger.store;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.core.StateImage;
import org.ultravisor.ledger.core.StateRecord;

/** The family state without its checkpoints: the records of one image. */
final class StateTable {
  private static final byte[] END = {CheckpointTable.MARK};

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
          iterator -> maker.apply(() -> new StateRecords(iterator, 0, END)));
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(
          database.directory() + ", state cannot be read: " + e.getMessage(), e);
    }
  }

  /** Puts a whole image into the batch. */
  static void put(Batch batch, StateImage image) {
    image.forEach((table, key, value) -> put(batch, table, key, value));
  }

  /** Puts the difference between two images into the batch. */
  static void put(Batch batch, StateImage image, StateImage older) {
    image.forEachChangedSince(older, (table, key, value) -> put(batch, table, key, value));
  }

  private static void put(Batch batch, int table, byte[] key, byte @Nullable [] value) {
    byte[] name = new byte[1 + key.length];
    name[0] = (byte) table;
    System.arraycopy(key, 0, name, 1, key.length);
    if (value == null) {
      batch.delete(Family.STATE, name);
    } else {
      batch.put(Family.STATE, name, value);
    }
  }
}
