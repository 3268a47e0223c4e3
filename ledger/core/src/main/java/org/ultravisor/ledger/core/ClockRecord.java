package org.ultravisor.ledger.core;

import org.ultravisor.ledger.core.table.HashSum;
import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;

/**
 * The record that changes with every transaction; so it is hashed only when a hash is asked for.
 */
record ClockRecord(long sequence, long ledgerTime) {
  private static final long KEY = 0;

  /** The state's hash, given that of all other records. The empty ledger has no clock yet. */
  static StateHash added(long sequence, long ledgerTime, long high, long low) {
    if (sequence == 0) {
      return new StateHash(high, low);
    }
    HashSum sum = new HashSum();
    sum.add(high, low);
    RecordWriter record = new RecordWriter();
    record.i64(KEY).i64(sequence).i64(ledgerTime);
    sum.add(Tables.CLOCK, record, Table.KEY_LENGTH);
    return new StateHash(sum.high(), sum.low());
  }

  static byte[] key() {
    return new RecordWriter().i64(KEY).copy(0);
  }

  byte[] value() {
    return new RecordWriter().i64(sequence).i64(ledgerTime).copy(0);
  }

  static ClockRecord read(byte[] value) {
    RecordReader in = new RecordReader(value);
    ClockRecord clock = new ClockRecord(in.i64(), in.i64());
    in.end();
    return clock;
  }
}
