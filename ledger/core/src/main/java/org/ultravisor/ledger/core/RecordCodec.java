package org.ultravisor.ledger.core;

import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;

/** The value of one table's records, as {@link Tables} describes it. */
interface RecordCodec<V> {
  void write(V value, RecordWriter out);

  V read(long key, RecordReader in);
}
