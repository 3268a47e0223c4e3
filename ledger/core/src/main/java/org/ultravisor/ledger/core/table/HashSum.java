package org.ultravisor.ledger.core.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The sum, lane by lane and modulo 2^64, of the 128-bit hashes of records: order-free, and kept by
 * the difference. A record's hash runs two lanes over (table, lengths of key and value) and then
 * the bytes of key and value in words of eight, the last one filled up with zeros. A lane's step
 * for word w is {@code lane = (lane ^ w) * M; lane ^= lane >>> 32}, which loses nothing; the lanes
 * differ in start and multiplier, and end in the finaliser of MurmurHash3.
 */
public final class HashSum {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long START_HIGH = 0x243F6A8885A308D3L;
  private static final long START_LOW = 0x13198A2E03707344L;
  private static final long STEP_HIGH = 0x9FB21C651E98DF25L;
  private static final long STEP_LOW = 0xD6E8FEB86659FD93L;

  private long high;
  private long low;

  public long high() {
    return high;
  }

  public long low() {
    return low;
  }

  /** Adds the record whose key is the first {@code keyLength} bytes written, the value the rest. */
  public void add(int table, RecordWriter record, int keyLength) {
    change(table, record, keyLength, 1);
  }

  public void subtract(int table, RecordWriter record, int keyLength) {
    change(table, record, keyLength, -1);
  }

  public void add(long otherHigh, long otherLow) {
    high += otherHigh;
    low += otherLow;
  }

  /** Runs both lanes at once: a record is a few words, and each is read once. */
  private void change(int table, RecordWriter record, int keyLength, int sign) {
    byte[] bytes = record.buffer();
    int length = record.length();
    long head = (long) table << 56 | (long) keyLength << 32 | length;
    long one = step(START_HIGH, head, STEP_HIGH);
    long other = step(START_LOW, head, STEP_LOW);
    int at = 0;
    for (; at + 8 <= length; at += 8) {
      long word = (long) LONG.get(bytes, at);
      one = step(one, word, STEP_HIGH);
      other = step(other, word, STEP_LOW);
    }
    if (at < length) {
      long rest = 0;
      for (int i = 0; i < 8; i++) {
        rest = rest << 8 | (at + i < length ? bytes[at + i] & 0xff : 0);
      }
      one = step(one, rest, STEP_HIGH);
      other = step(other, rest, STEP_LOW);
    }
    high += sign * finish(one);
    low += sign * finish(other);
  }

  private static long step(long lane, long word, long multiplier) {
    long product = (lane ^ word) * multiplier;
    return product ^ product >>> 32;
  }

  private static long finish(long lane) {
    long mixed = (lane ^ lane >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }
}
