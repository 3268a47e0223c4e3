package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A leaf against an array of longs: values that fit into 4 bytes, and ones that do not. */
class LeafTest {
  private static final int SLOTS = 512;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 8})
  void holdsWhatAnArrayHolds(long step) {
    long seed = Seeds.seed();
    Random random = new Random(seed);
    long[] expected = new long[SLOTS];
    Object leaf = Leaf.empty(1L << 40, SLOTS, 1);
    for (int i = 0; i < Seeds.steps(2000); i++) {
      int from = random.nextInt(SLOTS);
      int to = Math.min(SLOTS, from + 1 + (random.nextBoolean() ? 0 : random.nextInt(60)));
      long value = random.nextInt(3) == 0 ? 0 : random.nextLong(1, i < 1000 ? 50 : 1L << 60);
      if (step == 0 && value > Integer.MAX_VALUE) {
        value &= Integer.MAX_VALUE; // owners have 31 bits
      }
      leaf = Leaf.set(leaf, from, to, value, step);
      for (int slot = from; slot < to; slot++) {
        expected[slot] = value == 0 ? 0 : value + (slot - from) * step;
      }
      String where = Seeds.repeat("LeafTest", seed, i);
      int runs = 1;
      for (int slot = 0; slot < SLOTS; slot++) {
        assertEquals(expected[slot], Leaf.value(leaf, slot), where);
        if (slot > 0) {
          long before = expected[slot - 1];
          runs += expected[slot] == (before == 0 ? 0 : before + step) ? 0 : 1;
        }
      }
      assertEquals(runs, Leaf.runs(leaf), where);
      assertEquals(1L << 40, Leaf.version(leaf), where);
    }
    Object copy = Leaf.copy(leaf, Long.MAX_VALUE);
    assertNotSame(leaf, copy);
    assertEquals(Long.MAX_VALUE, Leaf.version(copy));
    assertEquals(Leaf.runs(leaf), Leaf.runs(copy));
    assertTrue(Leaf.bytes(leaf) >= 4 * SLOTS);
  }

  /** A run whose last value alone needs 8 bytes widens the leaf, and nothing is lost. */
  @ParameterizedTest
  @ValueSource(ints = {0, 100, 511})
  void widensWhereARunPasses31Bits(int slot) {
    Object leaf = Leaf.set(Leaf.empty(7, SLOTS, 1), 0, SLOTS, 9, 1);
    int from = Math.max(0, slot - 1);
    Object wide = Leaf.set(leaf, from, slot + 1, Integer.MAX_VALUE, 1);
    long last = slot == from ? Integer.MAX_VALUE : 1L + Integer.MAX_VALUE;
    assertEquals(last, Leaf.value(wide, slot));
    assertEquals(7, Leaf.version(wide));
    if (from > 0) {
      assertEquals(9 + from - 1, Leaf.value(wide, from - 1));
    }
  }
}
