package org.ultravisor.raft.replica;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something that will be so soon; says what it waited for if it is not. */
final class Await {
  private static final Duration LONGEST = Duration.ofSeconds(40);

  private Await() {}

  static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }

  static void until(Supplier<String> what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited %s for: %s".formatted(LONGEST, what.get()));
      }
      LockSupport.parkNanos(5_000_000);
    }
  }
}
