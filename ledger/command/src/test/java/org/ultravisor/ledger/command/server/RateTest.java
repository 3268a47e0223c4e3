package org.ultravisor.ledger.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RateTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aBurstAndThenSoManyASecond() {
    long now = Long.MAX_VALUE - SECOND; // times overflow meanwhile
    Rate rate = new Rate(10, 5, now);
    assertEquals(5, taken(rate, now));
    assertEquals(1, taken(rate, now + SECOND / 10));
    assertFalse(rate.take(now + SECOND / 10));
    int all = 0;
    for (int i = 1; i <= 100; i++) {
      all += taken(rate, now + SECOND / 10 + i * SECOND / 10);
    }
    assertEquals(100, all);
    assertEquals(5, taken(rate, now + 100 * SECOND), "no more is saved than a burst");
    assertTrue(rate.take(now + 101 * SECOND));
  }

  private static int taken(Rate rate, long now) {
    int taken = 0;
    while (rate.take(now)) {
      taken++;
    }
    return taken;
  }
}
