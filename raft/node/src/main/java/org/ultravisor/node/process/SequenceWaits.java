package org.ultravisor.node.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Those who wait until a sequence is reached. The apply thread only says how far it is; whoever
 * waits is woken on other threads.
 */
final class SequenceWaits {
  private final Executor executor;
  private final AtomicLong reached = new AtomicLong();
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentSkipListMap<Long, Waiters> waiting = new ConcurrentSkipListMap<>();

  /** All who wait for one sequence, by a number of their own. */
  private static final class Waiters {
    final ConcurrentHashMap<Long, CompletableFuture<Long>> futures = new ConcurrentHashMap<>();
  }

  SequenceWaits(Executor executor) {
    this.executor = executor;
  }

  /** Called in rising order by one thread; a lower sequence than before changes nothing. */
  void reach(long sequence) {
    if (sequence > reached.get()) {
      reached.set(sequence);
      wakeUpTo(sequence);
    }
  }

  /** Completes with the sequence reached, when it is this one or when the time has passed. */
  CompletableFuture<Long> await(long sequence, Duration atMost) {
    if (reached.get() >= sequence) {
      return CompletableFuture.completedFuture(reached.get());
    }
    CompletableFuture<Long> future = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    waiting.computeIfAbsent(sequence, s -> new Waiters()).futures.put(number, future);
    if (reached.get() >= sequence) { // it came while we entered ourselves
      wakeUpTo(reached.get());
    }
    return future
        .completeOnTimeout(0L, atMost.toNanos(), TimeUnit.NANOSECONDS)
        .thenApply(
            _ -> {
              forget(sequence, number);
              return reached.get();
            });
  }

  private void wakeUpTo(long sequence) {
    while (true) {
      var first = waiting.firstEntry();
      if (first == null || first.getKey() > sequence) {
        return;
      }
      if (waiting.remove(first.getKey(), first.getValue())) {
        executor.execute(
            () -> first.getValue().futures.values().forEach(f -> f.complete(sequence)));
      }
    }
  }

  private void forget(long sequence, long number) {
    waiting.computeIfPresent(
        sequence,
        (s, waiters) -> {
          waiters.futures.remove(number);
          return waiters.futures.isEmpty() ? null : waiters;
        });
  }
}
