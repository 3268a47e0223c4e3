package org.ultravisor.node.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SequenceWaitsTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private final SequenceWaits waits = new SequenceWaits(Runnable::run);

  @Test
  void whatIsReachedIsNotWaitedFor() {
    waits.reach(5);
    assertEquals(5, waits.await(3, LONG).join());
    waits.reach(4);
    assertEquals(5, waits.await(5, LONG).join());
  }

  @Test
  void allThatWaitUpToASequenceAreWoken() {
    CompletableFuture<Long> first = waits.await(3, LONG);
    CompletableFuture<Long> second = waits.await(3, LONG);
    CompletableFuture<Long> later = waits.await(7, LONG);
    waits.reach(6);
    assertEquals(6, first.join());
    assertEquals(6, second.join());
    assertFalse(later.isDone());
    waits.reach(7);
    assertEquals(7, later.join());
  }

  @Test
  void timeEndsAWait() {
    assertEquals(0, waits.await(3, Duration.ofMillis(1)).join());
  }
}
