package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same a few times at once: a replica that ends mostly waits. */
final class Lanes {
  static final int COUNT = 3;

  private Lanes() {}

  /** Work of one lane, from 0. */
  @FunctionalInterface
  interface Work<T> {
    T run(int lane) throws IOException, InterruptedException;
  }

  /** What the lanes gave, in their order; throws what the first that failed threw. */
  static <T> List<T> run(Work<T> work) throws IOException, InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(COUNT)) {
      List<Future<T>> lanes = new ArrayList<>();
      for (int i = 0; i < COUNT; i++) {
        int lane = i;
        lanes.add(threads.submit(() -> work.run(lane)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> lane : lanes) {
        results.add(lane.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
