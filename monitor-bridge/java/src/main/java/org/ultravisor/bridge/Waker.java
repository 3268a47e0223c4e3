package org.ultravisor.bridge;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * Wakes the readers of a file, if they say that they sleep. Called after a full fence behind the
 * publication, so that either the reader sees the publication before it sleeps, or its flag is seen
 * here.
 */
final class Waker {
  private final Futex futex;
  private final BooleanSupplier sleeping;

  Waker(Futex futex, BooleanSupplier sleeping) {
    this.futex = futex;
    this.sleeping = sleeping;
  }

  void wake(MemorySegment memory, long offset) {
    if (sleeping.getAsBoolean()) {
      futex.wakeAll(memory, offset);
    }
  }
}
