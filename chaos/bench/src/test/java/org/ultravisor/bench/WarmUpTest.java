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
  void atLeastTenSecondsHoweverSteady() {
    assertFalse(WarmUp.isWarm(Collections.nCopies(4, 100.0)));
    assertTrue(WarmUp.isWarm(Collections.nCopies(5, 100.0)));
  }

  @Test
  void goesOnWhileItBecomesBetter() {
    assertFalse(WarmUp.isWarm(List.of(10.0, 20.0, 40.0, 41.0, 41.0, 60.0)));
    assertFalse(WarmUp.isWarm(List.of(10.0, 20.0, 40.0, 60.0, 59.0, 61.0)), "60 is one of three");
    assertTrue(WarmUp.isWarm(List.of(10.0, 20.0, 40.0, 60.0, 59.0, 61.0, 58.0)));
  }

  @Test
  void oneBadPieceIsNotTheEnd() {
    assertFalse(WarmUp.isWarm(List.of(10.0, 50.0, 12.0, 70.0, 90.0)));
  }

  @Test
  void endsAfterAMinuteEvenIfItStillBecomesBetter() {
    List<Double> rates = IntStream.range(0, 30).mapToObj(i -> Math.pow(2, i)).toList();
    assertFalse(WarmUp.isWarm(rates.subList(0, 29)));
    assertTrue(WarmUp.isWarm(rates));
  }

  @Test
  void halfWarmIsTheEndOfTheFirstPieceWithHalfOfTheBest() {
    assertEquals(2, WarmUp.halfWarm(List.of(100.0, 100.0)));
    assertEquals(6, WarmUp.halfWarm(List.of(10.0, 49.0, 50.0, 100.0, 30.0)));
  }
}
