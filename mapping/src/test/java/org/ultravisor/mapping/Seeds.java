package org.ultravisor.mapping;

import java.util.Random;

/**
 * Seeds and sizes of the random tests, from system properties; every failure says how to repeat it.
 */
final class Seeds {
  private Seeds() {}

  /** {@code -Dultravisor.seed=N}, or one by the clock. */
  static long seed() {
    Long given = Long.getLong("ultravisor.seed");
    return given != null ? given : new Random().nextLong() >>> 16;
  }

  /** {@code -Dultravisor.steps=N}, or what a build has time for. */
  static int steps(int usual) {
    return Integer.getInteger("ultravisor.steps", usual);
  }

  static String repeat(String test, long seed, int step) {
    return "step %d; repeat: mvn verify -pl mapping -Dtest=%s -Dultravisor.seed=%d"
        .formatted(step, test, seed);
  }
}
