package org.ultravisor.ledger.store;

import java.util.Random;

/** The seed of a random test; failures say it, {@code -Dultravisor.seed=N} repeats it. */
record Seed(long value) {
  static Seed choose() {
    String given = System.getProperty("ultravisor.seed");
    return new Seed(given == null ? System.nanoTime() : Long.parseLong(given));
  }

  Random random() {
    return new Random(value);
  }

  @Override
  public String toString() {
    return "repeat with -Dultravisor.seed=" + value;
  }
}
