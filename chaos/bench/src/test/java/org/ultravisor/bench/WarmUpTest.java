package org.ultravisor.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WarmUpTest {
  @Test
  void atLeastTwentySecondsHoweverSteady() {
    assertFalse(WarmUp.isWarm(Collections.nCopies(9, 100.0)));
    assertTrue(WarmUp.isWarm(Collections.nCopies(10, 100.0)));
  }

  @Test
  void goesOnWhileItBecomesBetter() {
    List<Double> rates = IntStream.rangeClosed(1, 12).mapToObj(i -> 10.0 * i).toList();
    assertFalse(WarmUp.isWarm(rates));
    List<Double> steady = List.of(9.0, 8.0, 10.0, 11.0, 10.0, 10.0, 9.0, 11.0, 10.0, 9.0);
    assertTrue(WarmUp.isWarm(steady));
  }

  @Test
  void oneGoodOrBadPieceDecidesNothing() {
    List<Double> bad = List.of(9.0, 10.0, 11.0, 12.0, 13.0, 16.0, 17.0, 2.0, 19.0, 20.0);
    assertFalse(WarmUp.isWarm(bad), "it still becomes better");
    List<Double> good = List.of(9.0, 10.0, 25.0, 12.0, 13.0, 16.0, 17.0, 18.0, 19.0, 20.0);
    assertFalse(WarmUp.isWarm(good), "it still becomes better");
  }

  @Test
  void endsAfterTwoMinutesEvenIfItStillBecomesBetter() {
    List<Double> rates = IntStream.range(0, 60).mapToObj(i -> Math.pow(2, i)).toList();
    assertFalse(WarmUp.isWarm(rates.subList(0, 59)));
    assertTrue(WarmUp.isWarm(rates));
  }

  @Test
  void halfWarmIsTheEndOfTheFirstPieceWithHalfOfTheBest() {
    assertEquals(2, WarmUp.halfWarm(List.of(100.0, 100.0)));
    assertEquals(6, WarmUp.halfWarm(List.of(10.0, 49.0, 50.0, 100.0, 30.0)));
  }
}
