package org.ultravisor.node.local;

import java.io.IOException;
import java.time.Duration;

/** Waits for something that other processes bring about, and says what if it does not come. */
public final class Waiting {
  private static final long POLL_MILLIS = 2;

  private Waiting() {}

  /** A condition that asks other processes. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  /**
   * @throws IOException if it does not hold when patience ends
   */
  public static void until(String what, Duration patience, Condition condition)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("waited %d s in vain: %s".formatted(patience.toSeconds(), what));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
