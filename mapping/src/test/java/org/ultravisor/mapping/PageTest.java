package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An index page in both of its forms against a plain array of slots. */
class PageTest {
  @ParameterizedTest
  @CsvSource({"512, 0", "1024, 0", "512, 8", "1024, 8192"})
  void behavesAsAnArrayDoes(int slots, long step) {
    long seed = Seeds.seed();
    Random random = new Random(seed);
    Page page = step == 0 ? new NarrowPage(1, slots, 5) : new WidePage(1, slots, step, 5);
    long[] values = new long[slots];
    @Nullable Page[] children = new Page[slots];
    fill(values, 0, slots, 5, step);
    boolean wasDense = false;
    boolean wasRunsAgain = false;
    int steps = Seeds.steps(20_000);
    for (int i = 0; i < steps; i++) {
      boolean grow = i / 1500 % 2 == 0;
      int from = random.nextInt(slots);
      int to = Math.min(slots, from + (grow ? random.nextInt(1, 3) : random.nextInt(1, slots / 4)));
      if (random.nextInt(5) == 0) {
        Page child = new NarrowPage(1, slots, i);
        page.setChild(from, child);
        values[from] = Page.SUBDIVIDED;
        children[from] = child;
      } else {
        long value = value(random, values, from, step);
        page.set(from, to, value);
        fill(values, from, to, value, step);
        Arrays.fill(children, from, to, null);
      }
      wasDense |= page.dense();
      wasRunsAgain |= wasDense && !page.dense();
      if (i % 50 == 0) {
        Page copy = page.copy(2);
        page.set(0, 1, 7);
        page.setChild(slots - 1, copy);
        page = copy;
        String where = Seeds.repeat("PageTest", seed, i);
        check(page, values, children, step, where);
      }
    }
    assertTrue((wasDense && wasRunsAgain) || steps < 5000, "both forms");
  }

  /** Any value, or one that goes on with the run before it. */
  private static long value(Random random, long[] values, int slot, long step) {
    if (slot > 0 && values[slot - 1] >= 0 && random.nextInt(3) == 0) {
      return values[slot - 1] == 0 ? 0 : values[slot - 1] + step;
    }
    return random.nextInt(4) == 0 ? 0 : random.nextInt(1, 1 << 30);
  }

  private static void fill(long[] values, int from, int to, long value, long step) {
    for (int slot = from; slot < to; slot++) {
      values[slot] = value == 0 ? 0 : value + (slot - from) * step;
    }
  }

  private static void check(
      Page page, long[] values, @Nullable Page[] children, long step, String where) {
    int runs = 0;
    for (int slot = 0; slot < values.length; slot++) {
      assertEquals(values[slot], page.get(slot), where);
      Page child = children[slot];
      if (child != null) {
        assertSame(child, page.childOrNull(slot), where);
      }
      long before = slot == 0 ? Page.SUBDIVIDED : values[slot - 1];
      boolean begins = before < 0 || values[slot] != (before == 0 ? 0 : before + step);
      runs += begins ? 1 : 0;
      int end = slot + 1;
      while (end < values.length
          && values[end - 1] >= 0
          && values[end] == (values[end - 1] == 0 ? 0 : values[end - 1] + step)) {
        end++;
      }
      assertEquals(end, page.runEnd(page.indexOf(slot), slot), where);
    }
    assertEquals(runs, page.runs, where);
  }
}
