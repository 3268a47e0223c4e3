package org.ultravisor.bridge;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Publishes small transactions at a rate, for measuring how soon readers see them ({@code uvbench
 * visible}) and what publishing costs. The host frame of each page that is mapped is the time at
 * which its transaction began to be applied: the low 40 bits of {@link System#nanoTime}.
 *
 * @param kind what a transaction does
 * @param perSecond transactions a second
 * @param seconds for how long
 */
public record PublicationLoad(Kind kind, int perSecond, double seconds) {
  /** What a transaction does. */
  public enum Kind {
    /** Gives one page: stored in place. */
    ADD,
    /** Takes a page away and gives another: a whole new version. */
    MOVE
  }

  private static final long PAGES = 1 << 16;
  private static final long STAMP = (1L << 40) - 1;
  private static final int WARM = 20_000;

  public PublicationLoad {
    if (perSecond < 1 || !(seconds > 0)) {
      throw new IllegalArgumentException(
          "rate and duration must be positive: %d, %f".formatted(perSecond, seconds));
    }
  }

  /**
   * What was done.
   *
   * @param nanosPerTransaction mean time of map, unmap and publish
   */
  public record Result(long transactions, double nanosPerTransaction) {}

  /** Runs transactions without pause until the compiler has seen enough of them. */
  public void warmUp(ViewWriter view) throws IOException {
    for (int i = 0; i < WARM; i++) {
      publishOne(view, i);
    }
    clear(view);
  }

  /** Runs on a view that nothing else writes and whose window is 0; leaves its map empty. */
  public Result run(ViewWriter view) throws IOException {
    long interval = 1_000_000_000L / perSecond;
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * 1e9);
    long busy = 0;
    long count = 0;
    for (long due = begin; due < end; due += interval) {
      waitUntil(due);
      long started = System.nanoTime();
      publishOne(view, count);
      busy += System.nanoTime() - started;
      count++;
    }
    clear(view);
    return new Result(count, (double) busy / Math.max(1, count));
  }

  private void publishOne(ViewWriter view, long number) throws IOException {
    long started = System.nanoTime();
    long page = number * 7919 % PAGES;
    if (kind == Kind.MOVE) {
      view.unmap((page + 1) % PAGES, 1);
    } else if (page == 0 && number > 0) {
      clear(view); // every page has been given
    }
    view.map(page, new PageRange(started & STAMP, 1), Rights.READ_WRITE);
    view.publish(view.sequence() + 1);
  }

  private static void clear(ViewWriter view) throws IOException {
    view.unmap(0, PAGES);
    view.publish(view.sequence() + 1);
  }

  private static void waitUntil(long due) {
    long left = due - System.nanoTime();
    while (left > 0) {
      if (left > 200_000) {
        LockSupport.parkNanos(left - 100_000);
      } else {
        Thread.onSpinWait();
      }
      left = due - System.nanoTime();
    }
  }
}
