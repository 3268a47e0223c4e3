package org.ultravisor.bench;

/**
 * How long to measure.
 *
 * @param runs independent repetitions, of which median, minimum and maximum are reported; at least
 *     1
 * @param seconds length of one measured interval, without warm-up; at least 1
 * @param replicas size of the clusters that cases start; odd
 */
record BenchSettings(int runs, int seconds, int replicas) {
  BenchSettings {
    require("runs", runs, 1, 1000);
    require("seconds", seconds, 1, 3600);
    require("replicas", replicas, 1, 7);
    if (replicas % 2 == 0) {
      throw new IllegalArgumentException("replicas must be odd: " + replicas);
    }
  }

  private static void require(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be in %d..%d: %d".formatted(what, least, most, value));
    }
  }
}
