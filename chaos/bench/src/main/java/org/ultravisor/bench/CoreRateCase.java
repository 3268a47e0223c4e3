package org.ultravisor.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Submission;

/**
 * I: the core alone, one thread: random single pages over 1 TiB, and images of the state. Making
 * the requests is not measured: in a replica they come decoded from other threads.
 */
final class CoreRateCase implements BenchCase {
  private static final long FRAMES = 1L << 28;

  /** Odd, so multiplying by it modulo 2^28 visits every frame once, in an order far from sorted. */
  private static final long STRIDE = 0x9E3779B1L;

  /** Assignments in a transaction, or transactions in an entry of the log. */
  private static final int BATCH = 10_000;

  /** Pages assigned before the first interval: about as many in every 4 MiB as are measured. */
  private static final long WARM_UP = 1L << 24;

  private static final int IMAGES = 10_000;

  @Override
  public String id() {
    return "I";
  }

  @Override
  public String title() {
    return "core alone, one thread: random 4 KiB assignments over 1 TiB";
  }

  @Override
  public List<Measurement> run(BenchSettings settings, Progress progress) {
    double[] rates = new double[settings.runs()];
    double[] singles = new double[settings.runs()];
    double[] images = new double[settings.runs()];
    for (int run = 0; run < settings.runs(); run++) {
      Interval together = new Interval(true);
      rates[run] = together.rate(settings.seconds());
      images[run] = together.workload.nanosPerImage(IMAGES);
      singles[run] = new Interval(false).rate(settings.seconds());
      progress.say(
          "I: run %d of %d: %,.0f assignments/s, one a transaction %,.0f"
              .formatted(run + 1, settings.runs(), rates[run], singles[run]));
    }
    Map<String, String> config =
        Map.of(
            "installed",
            "1 TiB",
            "order",
            "random",
            "assigned before",
            Long.toString(WARM_UP),
            "assignments a transaction",
            Integer.toString(BATCH));
    Map<String, String> one =
        Map.of(
            "installed",
            "1 TiB",
            "order",
            "random",
            "assigned before",
            Long.toString(WARM_UP),
            "transactions an entry",
            Integer.toString(BATCH));
    List<Measurement> measurements = new ArrayList<>();
    measurements.add(measurement("core_assignments_per_s", "1/s", rates, config));
    measurements.add(measurement("snapshot_ns", "ns", images, config));
    measurements.add(measurement("core_transactions_per_s", "1/s", singles, one));
    return measurements;
  }

  private Measurement measurement(
      String metric, String unit, double[] values, Map<String, String> config) {
    return new Measurement(id(), metric, unit, Samples.of(values), Double.NaN, Double.NaN, config);
  }

  /** A ledger of its own and how far it has been filled. */
  private static final class Interval {
    private final CoreWorkload workload = new CoreWorkload(FRAMES);
    private final boolean together;
    private long step;

    Interval(boolean together) {
      this.together = together;
    }

    /** Assignments a second of the core, after the warm-up. */
    double rate(int seconds) {
      while (step < WARM_UP) {
        nanosOfBatch();
      }
      long first = step;
      long nanos = 0;
      while (nanos < seconds * 1_000_000_000L && step <= FRAMES - BATCH) {
        nanos += nanosOfBatch();
      }
      return (step - first) * 1e9 / nanos;
    }

    private long nanosOfBatch() {
      long[] frames = new long[BATCH];
      for (int i = 0; i < BATCH; i++) {
        frames[i] = ((step + i) * STRIDE) & (FRAMES - 1);
      }
      List<Operation> operations = workload.assignments(frames, step);
      List<Submission> submissions =
          together ? workload.together(operations) : workload.each(operations);
      long start = System.nanoTime();
      workload.execute(submissions);
      step += BATCH;
      return System.nanoTime() - start;
    }
  }
}
