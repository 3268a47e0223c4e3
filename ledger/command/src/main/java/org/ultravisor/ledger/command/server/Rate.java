package org.ultravisor.ledger.command.server;

import java.util.concurrent.TimeUnit;

/**
 * So many a second on average, and a burst of so many after a pause. Time is a number of
 * nanoseconds that the caller says. Any thread.
 */
final class Rate {
  private final int perSecond;
  private final long nanosEach;
  private final long mostSaved;
  private long paidUntil;

  Rate(int perSecond, int burst, long now) {
    this.perSecond = perSecond;
    this.nanosEach = Math.max(1, TimeUnit.SECONDS.toNanos(1) / perSecond);
    this.mostSaved = nanosEach * burst;
    this.paidUntil = now - mostSaved;
  }

  int perSecond() {
    return perSecond;
  }

  /** Takes one; false if there is none left. */
  synchronized boolean take(long now) {
    long from = Math.max(paidUntil - now, -mostSaved); // differences: nanoTime may overflow
    if (from + nanosEach > 0) {
      return false;
    }
    paidUntil = now + from + nanosEach;
    return true;
  }
}
