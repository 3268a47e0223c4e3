package org.ultravisor.ledger.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.ToIntFunction;
import org.rocksdb.WriteBatch;

/**
 * Changes that are written all together. One thread.
 *
 * <p>They are gathered in one array, in the form in which RocksDB's WriteBatch has them itself (and
 * its write-ahead log, so the form is fixed): a call into native code for each change would cost
 * more than the change.
 */
final class Batch {
  private static final VarHandle COUNT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** A sequence number, which RocksDB chooses, and the number of changes. */
  private static final int HEADER = Long.BYTES + Integer.BYTES;

  // Kinds of change, each of a column family whose number follows.
  private static final int DELETION = 0x04;
  private static final int VALUE = 0x05;
  private static final int RANGE_DELETION = 0x0e;

  private static final int BYTES_TO_KEEP = 1 << 20;

  private final ToIntFunction<Family> numbers;
  private byte[] bytes = new byte[4096];
  private int size = HEADER;
  private int changes;

  /**
   * @param numbers RocksDB's numbers of the column families
   */
  Batch(ToIntFunction<Family> numbers) {
    this.numbers = numbers;
  }

  void put(Family family, byte[] key, byte[] value) {
    begin(VALUE, family, key);
    number(value.length);
    add(value);
  }

  /** Puts a value with its checksum before it, as {@link Checksum#open} expects it. */
  void putSealed(Family family, byte[] key, byte[] value) {
    begin(VALUE, family, key);
    number(Checksum.BYTES + value.length);
    reserve(Checksum.BYTES);
    Checksum.write(value, bytes, size);
    size += Checksum.BYTES;
    add(value);
  }

  void delete(Family family, byte[] key) {
    begin(DELETION, family, key);
  }

  /** Deletes all keys from one on, up to and without another. */
  void deleteRange(Family family, byte[] from, byte[] to) {
    begin(RANGE_DELETION, family, from);
    number(to.length);
    add(to);
  }

  private void begin(int kind, Family family, byte[] key) {
    reserve(1);
    bytes[size++] = (byte) kind;
    number(numbers.applyAsInt(family));
    number(key.length);
    add(key);
    changes++;
  }

  /** Seven bits a byte, the low ones first; all but the last with the high bit. */
  private void number(int value) {
    reserve(5);
    int rest = value;
    while (rest >= 0x80) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  private void add(byte[] some) {
    reserve(some.length);
    System.arraycopy(some, 0, bytes, size, some.length);
    size += some.length;
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.clamp(2L * needed, needed, Integer.MAX_VALUE - 8));
    }
  }

  void clear() {
    size = HEADER;
    changes = 0;
    if (bytes.length > BYTES_TO_KEEP) {
      bytes = new byte[4096];
    }
  }

  /** All changes as RocksDB takes them; close it. */
  WriteBatch toRocks() {
    COUNT.set(bytes, Long.BYTES, changes);
    return new WriteBatch(Arrays.copyOf(bytes, size));
  }
}
