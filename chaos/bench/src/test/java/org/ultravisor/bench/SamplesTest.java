package org.ultravisor.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void medianOfOddAndEvenCounts() {
    assertEquals(new Samples(2, 1, 9, 3), Samples.of(9, 1, 2));
    assertEquals(new Samples(3, 1, 9, 4), Samples.of(9, 1, 2, 4));
  }

  @Test
  void nothingMeasuredIsNotAFigure() {
    assertThrows(IllegalArgumentException.class, Samples::of);
  }

  @Test
  void whatWasNotMeasuredIsNull() {
    Figures figures = new Figures();
    figures.add("translate_ns_hot", 3.5);
    String line = figures.measurements("J", "ns", Map.of()).getFirst().toJson();
    assertTrue(line.contains("\"cpu_us_per_operation\":null,\"others_pct_of_machine\":null"), line);
  }

  @Test
  void jsonLineHasTheContractsFields() {
    String line =
        new Measurement(
                "A", "assignments_per_s", "1/s", Samples.of(1234567), 8.7654321, 3, Map.of())
            .toJson();
    assertTrue(
        line.startsWith("{\"case\":\"A\",\"metric\":\"assignments_per_s\",\"unit\":\"1/s\""), line);
    assertTrue(line.contains("\"median\":1235000.0"), line);
    assertTrue(line.contains("\"cpu_us_per_operation\":8.765"), line);
    assertTrue(line.contains("\"config\":{}"), line);
  }
}
