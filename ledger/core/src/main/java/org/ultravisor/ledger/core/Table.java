package org.ultravisor.ledger.core;

import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.table.HashSum;
import org.ultravisor.ledger.core.table.LongMap;
import org.ultravisor.ledger.core.table.LongMapView;
import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;

/**
 * One table of the state: its rows, and on every write the upkeep of the state's hash, of the
 * indexes derived from it and of the way back.
 */
final class Table<V> implements Journal.Writer {
  /** Bytes of a key: every table but the mapping's has keys of one long. */
  static final int KEY_LENGTH = Long.BYTES;

  /** Learns what was written. */
  @FunctionalInterface
  interface Watcher<V> {
    void changed(@Nullable V old, @Nullable V now);
  }

  private final int number;
  private final RecordCodec<V> codec;
  private final HashSum sum;
  private final Journal journal;
  private final Watcher<V> watcher;
  private final LongMap<V> rows = new LongMap<>();
  private final RecordWriter scratch = new RecordWriter();

  Table(int number, RecordCodec<V> codec, HashSum sum, Journal journal, Watcher<V> watcher) {
    this.number = number;
    this.codec = codec;
    this.sum = sum;
    this.journal = journal;
    this.watcher = watcher;
  }

  int number() {
    return number;
  }

  LongMap<V> rows() {
    return rows;
  }

  @Nullable V get(long key) {
    return rows.get(key);
  }

  /** The row, which must be there. */
  V require(long key) {
    V row = rows.get(key);
    if (row == null) {
      throw new InvariantViolation("table %d has no record %d".formatted(number, key));
    }
    return row;
  }

  void remove(long key) {
    put(key, null);
  }

  void put(long key, @Nullable V now) {
    V old = rows.put(key, now);
    if (old != null) {
      sum.subtract(number, encoded(scratch, key, old), KEY_LENGTH);
    }
    if (now != null) {
      sum.add(number, encoded(scratch, key, now), KEY_LENGTH);
    }
    if (journal.isOpen()) {
      journal.add(this, old, key, 0, 0, 0);
    }
    watcher.changed(old, now);
  }

  @Override
  @SuppressWarnings("unchecked") // It was a row of this table.
  public void takeBack(@Nullable Object old, long key, long b, long c, long d) {
    put(key, (V) old);
  }

  private RecordWriter encoded(RecordWriter out, long key, V value) {
    out.clear().i64(key);
    codec.write(value, out);
    return out;
  }

  /** Puts a record read from an image. */
  void restore(byte[] key, byte[] value) {
    RecordReader keyReader = new RecordReader(key);
    long number = keyReader.i64();
    keyReader.end();
    RecordReader valueReader = new RecordReader(value);
    V row = codec.read(number, valueReader);
    valueReader.end();
    put(number, row);
  }

  /** This table's part of an image: unchanging rows, and how to write them. */
  Frozen<V> freeze() {
    return new Frozen<>(number, codec, rows.snapshot());
  }

  /** The rows at one sequence. */
  record Frozen<V>(int number, RecordCodec<V> codec, LongMapView<V> rows) {

    void forEach(StateImage.RecordVisitor visitor) {
      RecordWriter out = new RecordWriter();
      rows.forEach((key, value) -> visitor.visit(number, key(out, key), value(out, value)));
    }

    @SuppressWarnings("unchecked") // The same table of the same ledger.
    void forEachChangedSince(Frozen<?> older, StateImage.RecordVisitor visitor) {
      RecordWriter out = new RecordWriter();
      rows.forEachChangedSince(
          (LongMapView<V>) older.rows,
          (key, old, now) ->
              visitor.visit(number, key(out, key), now == null ? null : value(out, now)));
    }

    private byte[] key(RecordWriter out, long key) {
      return out.clear().i64(key).copy(0);
    }

    private byte[] value(RecordWriter out, V value) {
      out.clear();
      codec.write(value, out);
      return out.copy(0);
    }
  }
}
