package org.ultravisor.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/** Threads that each ask, wait for the answer, and ask again. */
final class SynchronousClients {
  /** Longest latency that is told apart, in microseconds: a minute. */
  private static final long LONGEST_MICROS = 60_000_000;

  private SynchronousClients() {}

  /** One client's next request: asks and waits. */
  @FunctionalInterface
  interface Request {
    /**
     * @param client 0 to clients - 1
     * @param step rises by one for each request of this client, over all intervals
     */
    void ask(int client, long step) throws IOException, InterruptedException;
  }

  /**
   * What an interval showed.
   *
   * @param steps each client's next step
   */
  record Interval(long requests, double seconds, Histogram micros, List<Long> steps) {
    double perSecond() {
      return requests / seconds;
    }
  }

  /** Runs all clients for some seconds, going on from their steps of an earlier interval. */
  static Interval run(int seconds, List<Long> firstSteps, Request request)
      throws IOException, InterruptedException {
    int clients = firstSteps.size();
    long[] steps = firstSteps.stream().mapToLong(Long::longValue).toArray();
    long start = System.nanoTime();
    long deadline = start + seconds * 1_000_000_000L;
    Histogram all = new Histogram(LONGEST_MICROS, 3);
    long requests = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      List<Callable<Histogram>> work = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        int client = i;
        work.add(
            () -> {
              Histogram own = new Histogram(LONGEST_MICROS, 3);
              while (System.nanoTime() < deadline) {
                long asked = System.nanoTime();
                request.ask(client, steps[client]);
                steps[client]++;
                own.recordValue(Math.min(LONGEST_MICROS, (System.nanoTime() - asked) / 1000));
              }
              return own;
            });
      }
      for (Future<Histogram> each : threads.invokeAll(work)) {
        try {
          Histogram own = each.get();
          all.add(own);
          requests += own.getTotalCount();
        } catch (ExecutionException e) {
          throw new IOException("a client of the benchmark failed: " + e.getCause(), e);
        }
      }
    }
    return new Interval(
        requests, (System.nanoTime() - start) / 1e9, all, LongStream.of(steps).boxed().toList());
  }
}
