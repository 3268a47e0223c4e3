package org.ultravisor.bench;

import java.util.List;
import java.util.Map;

/** I: the core alone, one thread: random single pages over 1 TiB, and images of the state. */
final class CoreRateCase implements BenchCase {
  private static final long FRAMES = 1L << 28;

  /** Odd, so multiplying by it modulo 2^28 visits every frame once, in an order far from sorted. */
  private static final long STRIDE = 0x9E3779B1L;

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
    double[] images = new double[settings.runs()];
    for (int run = 0; run < settings.runs(); run++) {
      CoreWorkload workload = new CoreWorkload(FRAMES);
      long next = assign(workload, 0, 2);
      long start = System.nanoTime();
      long end = assign(workload, next, settings.seconds());
      rates[run] = (end - next) * 1e9 / (System.nanoTime() - start);
      images[run] = workload.nanosPerImage(IMAGES);
      progress.say(
          "I: run %d of %d: %,.0f assignments/s".formatted(run + 1, settings.runs(), rates[run]));
    }
    Map<String, String> config = Map.of("installed", "1 TiB", "order", "random");
    return List.of(
        new Measurement(
            id(),
            "core_assignments_per_s",
            "1/s",
            Samples.of(rates),
            Double.NaN,
            Double.NaN,
            config),
        new Measurement(
            id(), "snapshot_ns", "ns", Samples.of(images), Double.NaN, Double.NaN, config));
  }

  /** Assigns for some seconds from the given step on; returns the step behind the last one. */
  private static long assign(CoreWorkload workload, long firstStep, int seconds) {
    long deadline = System.nanoTime() + seconds * 1_000_000_000L;
    long step = firstStep;
    while (step < FRAMES && System.nanoTime() < deadline) {
      for (int i = 0; i < 1024 && step < FRAMES; i++, step++) {
        workload.assignFrame((step * STRIDE) & (FRAMES - 1), step);
      }
    }
    return step;
  }
}
