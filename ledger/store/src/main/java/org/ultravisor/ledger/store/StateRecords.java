package org.ultravisor.ledger.store;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.rocksdb.RocksIterator;
import org.ultravisor.ledger.core.StateRecord;

/** The records of one image, in order. */
final class StateRecords implements Iterator<StateRecord> {
  private final RocksIterator iterator;
  private final int prefix;
  private final byte[] end;

  /**
   * @param iterator at the first of them
   * @param prefix bytes of each key that come before the record's own
   * @param end the key behind the last
   */
  StateRecords(RocksIterator iterator, int prefix, byte[] end) {
    this.iterator = iterator;
    this.prefix = prefix;
    this.end = end;
  }

  @Override
  public boolean hasNext() {
    return iterator.isValid() && Arrays.compareUnsigned(iterator.key(), end) < 0;
  }

  @Override
  public StateRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException("behind the last record");
    }
    byte[] name = iterator.key();
    StateRecord record =
        new StateRecord(
            name[prefix], Arrays.copyOfRange(name, prefix + 1, name.length), iterator.value());
    iterator.next();
    return record;
  }
}
