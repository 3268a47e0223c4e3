package org.ultravisor.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayCaseTest {
  @Test
  void aSmallHistoryIsWrittenAndReplayed() throws Exception {
    List<String> said = new ArrayList<>();
    Measurement measured = new ReplayCase().measure(new ReplayCase.History(4000, 10), 2, said::add);
    assertEquals("replayed_assignments_per_s", measured.metric());
    assertEquals(2, measured.samples().runs());
    assertTrue(measured.samples().min() > 0, measured::toString);
    assertEquals("4000", measured.config().get("assignments"));
    assertTrue(said.getLast().contains("run 2 of 2"), said::toString);
  }
}
