package org.ultravisor.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Work before the measured interval, until the JVMs of a new cluster have compiled what is hot:
 * pieces of two seconds, until three in a row are hardly better than the best before them.
 *
 * @param steps each client's next step
 * @param seconds how long it took
 * @param halfWarmSeconds after which a piece first had half of the best rate
 */
record WarmUp(List<Long> steps, int seconds, int halfWarmSeconds) {
  private static final int PIECE_SECONDS = 2;
  private static final int LEAST_SECONDS = 10;
  private static final int MOST_SECONDS = 60;

  /** How many pieces may go by without a better one. */
  private static final int STEADY_PIECES = 3;

  private static final double BETTER = 1.05;

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
    int seconds = rates.size() * PIECE_SECONDS;
    if (seconds < LEAST_SECONDS) {
      return false;
    }
    if (seconds >= MOST_SECONDS) {
      return true;
    }
    int before = rates.size() - STEADY_PIECES;
    return best(rates.subList(before, rates.size())) < BETTER * best(rates.subList(0, before));
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

  private static double best(List<Double> rates) {
    return rates.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
