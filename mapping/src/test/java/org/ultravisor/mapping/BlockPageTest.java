package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A page of search data in both of its forms against a plain array of marks. */
class BlockPageTest {
  @ParameterizedTest
  @CsvSource({"1, 512, true", "1, 1024, false", "3, 1024, true", "5, 512, false"})
  void behavesAsAnArrayDoes(int level, int slots, boolean whole) {
    long seed = Seeds.seed();
    Random random = new Random(seed);
    BlockPage page = new BlockPage(1, level, slots, whole);
    short[] marks = new short[slots];
    Arrays.fill(marks, whole ? page.wholeMark() : 0);
    for (int i = 0; i < Seeds.steps(3000); i++) {
      int slot = i < 200 ? random.nextInt(12) : random.nextInt(slots);
      short mark = (short) random.nextInt(page.wholeMark() + 1);
      mark = random.nextInt(3) > 0 ? mark : random.nextBoolean() ? 0 : page.wholeMark();
      int end = random.nextInt(3) > 0 ? slot + 1 : Math.min(slots, slot + random.nextInt(1, 40));
      page.set(slot, end, mark, null);
      Arrays.fill(marks, slot, end, mark);
      if (i % 100 == 0) {
        page = new BlockPage(i, page);
      }
      check(page, marks, level, random, Seeds.repeat("BlockPageTest", seed, i));
    }
  }

  private static void check(BlockPage page, short[] marks, int level, Random random, String where) {
    int from = random.nextInt(marks.length);
    int least = random.nextInt(1, level + 2);
    int expected = -1;
    int best = 0;
    int whole = 0;
    for (int slot = marks.length - 1; slot >= 0; slot--) {
      int code = code(marks[slot], level, marks.length);
      expected = slot >= from && code >= least ? slot : expected;
      best = Math.max(best, code);
      whole += code == level + 1 ? 1 : 0;
    }
    assertEquals(marks[from], page.mark(from), where);
    assertEquals(expected, page.next(from, least), where);
    assertEquals(best, page.best(), where);
    assertEquals(best == 0, page.empty(), where);
    assertEquals(whole == marks.length, page.whole(), where);
  }

  private static int code(int mark, int level, int slots) {
    if (level > 1) {
      return mark;
    }
    return mark == 0 ? 0 : mark == slots ? 2 : 1;
  }
}
