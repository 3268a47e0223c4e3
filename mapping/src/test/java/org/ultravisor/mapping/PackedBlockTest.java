package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A packed block against a plain array of its frames; every block is near its end, too. */
class PackedBlockTest {
  private static final int SPREAD = 3000;

  @ParameterizedTest
  @CsvSource({
    "9, 0, 1",
    "10, 0, 1",
    "10, 0, 2",
    "10, 8, 1",
    "10, 8, 4",
    "9, 8, 5",
    "10, 0, 3",
    "10, 0, 4"
  })
  void behavesAsAnArrayDoes(int bits, long unit, int level) {
    long seed = Seeds.seed();
    Random random = new Random(seed);
    TreeShape shape = new TreeShape(new Scale(bits), unit);
    PackedBlock block = new PackedBlock(shape, 1, level, 0);
    long shift = block.frames() - SPREAD; // what is before that is one run
    long[] values = new long[SPREAD];
    for (int i = 0; i < Seeds.steps(4000); i++) {
      int from = random.nextInt(SPREAD);
      int to = Math.min(SPREAD, from + random.nextInt(1, i / 500 % 2 == 0 ? 8 : 900));
      long value = value(random, values, from, unit);
      block.set(shift + from, shift + to, value);
      for (int at = from; at < to; at++) {
        values[at] = value == 0 ? 0 : value + (at - from) * unit;
      }
      if (i % 40 == 0) {
        PackedBlock copy = new PackedBlock(block, 2);
        assertTrue(copy.agrees(block, 0, block.frames()));
        block.set(shift + from, shift + from + 1, 77 + i);
        assertFalse(copy.agrees(block, shift + from, shift + from + 1));
        block = copy;
        check(block, shift, values, unit, Seeds.repeat("PackedBlockTest", seed, i));
      }
    }
  }

  /** Any value, or one that goes on with the frame before it. */
  private static long value(Random random, long[] values, int at, long unit) {
    if (at > 0 && random.nextInt(3) == 0) {
      return values[at - 1] == 0 ? 0 : values[at - 1] + unit;
    }
    return random.nextInt(4) == 0
        ? 0
        : random.nextInt(1, random.nextInt(500) == 0 ? Integer.MAX_VALUE / 2 : 1 << 13);
  }

  private static void check(PackedBlock block, long shift, long[] values, long unit, String where) {
    int runs = values[0] == 0 ? 1 : 2;
    for (int at = 0; at < values.length; at++) {
      assertEquals(values[at], block.valueAt(shift + at), where);
      if (at > 0) {
        long before = values[at - 1];
        runs += values[at] == (before == 0 ? 0 : before + unit) ? 0 : 1;
      }
      if (at % 50 == 0 && (unit == 0 || values[at] == 0)) {
        assertEquals(
            find(values, shift, values[at], 4, at), block.find(values[at], 4, shift + at), where);
      }
    }
    assertEquals(runs, block.runs(), where);
    assertEquals(block.frames(), block.end(runs - 1), where);
  }

  /** First fit in what the array shows; only runs of one value are found, as of free frames. */
  private static long find(long[] values, long shift, long value, int size, int from) {
    for (int at = from; at + size <= values.length; at++) {
      boolean whole = (shift + at & size - 1) == 0;
      for (int i = 0; i < size && whole; i++) {
        whole = values[at + i] == value;
      }
      if (whole) {
        return shift + at;
      }
    }
    return -1;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1024, 2",
    "1, 1, 1024, 1",
    "1, 1024, 3072, 2",
    "2, 0, 1048576, 3",
    "2, 1023, 1048577, 2"
  })
  void knowsTheLargestBlock(int level, long from, long to, int code) {
    TreeShape shape = new TreeShape(Scale.LEDGER, 0);
    PackedBlock block = new PackedBlock(shape, 1, level, 4);
    assertEquals(level + 2, block.best(4));
    assertEquals(0, block.best(5));
    block.set(0, block.frames(), 6);
    block.set(from, to, 4);
    assertEquals(code, block.best(4));
    assertEquals(level + 1, block.best(6));
  }
}
