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
