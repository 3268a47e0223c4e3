package org.ultravisor.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Work before the measured interval, until the JVMs of a new cluster have compiled what is hot:
 * pieces of two seconds, until the last ten seconds together are hardly better than the ten before.
 *
 * @param steps each client's next step
 * @param seconds how long it took
 * @param halfWarmSeconds after which a piece first had half of the best rate
 */
record WarmUp(List<Long> steps, int seconds, int halfWarmSeconds) {
  private static final int PIECE_SECONDS = 2;
  private static final int MOST_SECONDS = 120;

  /** Of a stretch of time that is compared with the one before it. */
  private static final int STRETCH = 5;

  private static final double BETTER = 1.03;

  /** Runs until warm; says each piece's rate, which is requests times what each is worth. */
  static WarmUp run(
      int clients,
      int worthOfRequest,
      SynchronousClients.Request request,
      String name,
      Progress progress)
      throws IOException, InterruptedException {
    List<Long> steps = Collections.nCopies(clients, 0L);
    List<Double> rates = new ArrayList<>();
    while (!isWarm(rates)) {
      SynchronousClients.Interval piece = SynchronousClients.run(PIECE_SECONDS, steps, request);
      steps = piece.steps();
      rates.add(piece.perSecond() * worthOfRequest);
      progress.say(
          "%s: warming up, %d s: %,.0f/s"
              .formatted(name, rates.size() * PIECE_SECONDS, rates.getLast()));
    }
    return new WarmUp(steps, rates.size() * PIECE_SECONDS, halfWarm(rates));
  }

  /** Whether pieces of these rates, the oldest first, are enough. */
  static boolean isWarm(List<Double> rates) {
    int pieces = rates.size();
    if (pieces < 2 * STRETCH) {
      return false;
    }
    double before = sum(rates.subList(pieces - 2 * STRETCH, pieces - STRETCH));
    double last = sum(rates.subList(pieces - STRETCH, pieces));
    return last < BETTER * before || pieces * PIECE_SECONDS >= MOST_SECONDS;
  }

  /** Seconds until the end of the first piece with half of the best rate. */
  static int halfWarm(List<Double> rates) {
    double half = best(rates) / 2;
    int piece = 0;
    while (rates.get(piece) < half) {
      piece++;
    }
    return (piece + 1) * PIECE_SECONDS;
  }

  private static double sum(List<Double> rates) {
    return rates.stream().mapToDouble(Double::doubleValue).sum();
  }

  private static double best(List<Double> rates) {
    return rates.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
