package org.ultravisor.node.rehearsal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class RehearsalTest {
  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void everyKindOfWorkIsAnsweredAndNothingStays() throws Exception {
    long requests;
    try (Rehearsal rehearsal = Rehearsal.start()) {
      requests = rehearsal.run(2);
    }
    assertTrue(requests > 5, "each kind of work fails loudly when it is not answered: " + requests);
  }
}
