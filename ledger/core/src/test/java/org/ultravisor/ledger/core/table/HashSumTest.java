package org.ultravisor.ledger.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Records and their hash. */
final class HashSumTest {
  private static RecordWriter record(long key, String text) {
    return new RecordWriter().i64(key).text(text);
  }

  private static String hash(int table, RecordWriter record, int keyLength) {
    HashSum sum = new HashSum();
    sum.add(table, record, keyLength);
    return "%016x%016x".formatted(sum.high(), sum.low());
  }

  @Test
  void sumForgetsOrderAndWhatWasTakenBack() {
    HashSum one = new HashSum();
    one.add(1, record(1, "a"), 8);
    one.add(2, record(2, "b"), 8);
    HashSum other = new HashSum();
    other.add(2, record(2, "b"), 8);
    other.add(3, record(3, "c"), 8);
    other.add(1, record(1, "a"), 8);
    other.subtract(3, record(3, "c"), 8);
    assertEquals(one.high(), other.high());
    assertEquals(one.low(), other.low());
  }

  @Test
  void everyBitCounts() {
    Set<String> hashes = new HashSet<>();
    for (int bit = 0; bit < 64; bit++) {
      hashes.add(hash(1, record(1L << bit, ""), 8));
      hashes.add(hash(1, new RecordWriter().i64(0).i64(1L << bit), 8));
    }
    for (int length = 0; length < 20; length++) {
      hashes.add(hash(1, record(7, "\0".repeat(length)), 8));
    }
    hashes.add(hash(2, record(7, ""), 8));
    hashes.add(hash(1, record(7, ""), 10));
    assertEquals(64 * 2 + 20 + 2, hashes.size());
  }

  /** The hash is a format: replicas of different builds compare it. */
  @Test
  void hashStaysWhatItIs() {
    assertEquals("ca5ea15e1a88bd2b5ebecdd879f45190", hash(4, record(42, "partition"), 8));
  }

  @Test
  void recordIsReadAsItWasWritten() {
    RecordWriter out = new RecordWriter().u8(200).u16(60_000).i32(-5).i64(1L << 60).text("süß");
    RecordReader in = new RecordReader(out.copy(0));
    assertEquals(200, in.u8());
    assertEquals(60_000, in.u16());
    assertEquals(-5, in.i32());
    assertEquals(1L << 60, in.i64());
    assertEquals("süß", in.text());
    in.end();
  }

  @Test
  void recordThatIsTooShortOrTooLongIsRefused() {
    byte[] bytes = record(1, "text").copy(0);
    RecordReader tooLong = new RecordReader(bytes);
    tooLong.i64();
    IllegalStateException found = assertThrows(IllegalStateException.class, tooLong::end);
    assertTrue(found.toString().contains("too many"), found::toString);
    RecordReader tooShort = new RecordReader(Arrays.copyOf(bytes, 12));
    tooShort.i64();
    assertThrows(IllegalStateException.class, tooShort::text);
  }
}
