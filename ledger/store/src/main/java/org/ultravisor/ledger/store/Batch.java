package org.ultravisor.ledger.store;

import java.util.function.Function;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Changes that are written all together. One thread. */
final class Batch implements AutoCloseable {
  private final Function<Family, ColumnFamilyHandle> handles;
  private final WriteBatch rocks = new WriteBatch();

  Batch(Function<Family, ColumnFamilyHandle> handles) {
    this.handles = handles;
  }

  void put(Family family, byte[] key, byte[] value) throws RocksDBException {
    rocks.put(handles.apply(family), key, value);
  }

  void delete(Family family, byte[] key) throws RocksDBException {
    rocks.delete(handles.apply(family), key);
  }

  /** Deletes all keys from one on, up to and without another. */
  void deleteRange(Family family, byte[] from, byte[] to) throws RocksDBException {
    rocks.deleteRange(handles.apply(family), from, to);
  }

  void clear() {
    rocks.clear();
  }

  WriteBatch rocks() {
    return rocks;
  }

  @Override
  public void close() {
    rocks.close();
  }
}
