package org.ultravisor.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PageInfo;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * E: who has a page, of random assigned pages of a terabyte: linearizable by synchronous clients,
 * many pages a request and one; and in process, by one thread on the core's reader.
 */
final class OwnersCase implements BenchCase {
  private static final int CLIENTS = 64;
  private static final int PAGES_PER_REQUEST = 100;
  private static final int ASSIGNED = 100_000;
  private static final int ASSIGNMENTS_PER_TRANSACTION = 1000;

  /** Odd, so multiplying by it visits frames once each, in an order far from sorted. */
  private static final long STRIDE = 0x9E3779B1L;

  /** What one size of request came to, run by run. */
  private static final class Runs {
    final String metric;
    final int pages;
    final double[] rates;
    final double[] cpu;
    final double[] others;
    final double[] warmUps;

    Runs(String metric, int pages, int runs) {
      this.metric = metric;
      this.pages = pages;
      this.rates = new double[runs];
      this.cpu = new double[runs];
      this.others = new double[runs];
      this.warmUps = new double[runs];
    }
  }

  @Override
  public String id() {
    return "E";
  }

  @Override
  public String title() {
    return "who has a page: 64 synchronous clients, linearizable; and in process";
  }

  @Override
  public List<Measurement> run(BenchSettings settings, Progress progress) throws Exception {
    Runs batched = new Runs("owner_lookups_per_s", PAGES_PER_REQUEST, settings.runs());
    Runs single = new Runs("owner_lookups_single_per_s", 1, settings.runs());
    double[] inProcess = new double[settings.runs()];
    for (int run = 0; run < settings.runs(); run++) {
      progress.say("E: run %d of %d, starting a cluster".formatted(run + 1, settings.runs()));
      try (BenchCluster cluster = BenchCluster.start(settings)) {
        for (int first = 0; first < ASSIGNED; first += ASSIGNMENTS_PER_TRANSACTION) {
          cluster.client().commit(assignments(first));
        }
        for (Runs each : List.of(batched, single)) {
          measure(cluster, settings, each, run, progress);
          progress.say(
              "E: run %d of %d: %,.0f pages/s, %d a request"
                  .formatted(run + 1, settings.runs(), each.rates[run], each.pages));
        }
      }
      inProcess[run] = inProcess(settings.seconds());
      progress.say(
          "E: run %d of %d: %,.0f pages/s in process"
              .formatted(run + 1, settings.runs(), inProcess[run]));
    }
    return List.of(
        measurement(settings, batched),
        measurement(settings, single),
        new Measurement(
            id(),
            "owner_lookups_in_process_per_s",
            "1/s",
            Samples.of(inProcess),
            Double.NaN,
            Double.NaN,
            Map.of("pages_assigned", Integer.toString(ASSIGNED), "threads", "1")));
  }

  private static void measure(
      BenchCluster cluster, BenchSettings settings, Runs into, int run, Progress progress)
      throws IOException, InterruptedException {
    SynchronousClients.Request request =
        (client, step) -> ask(cluster, into.pages, new SplittableRandom(client * 31L + step));
    WarmUp warmUp = WarmUp.run(CLIENTS, into.pages, request, "E", progress);
    into.warmUps[run] = warmUp.seconds();
    CpuClock clock = new CpuClock();
    CpuClock.Reading before = clock.read(cluster.pids());
    SynchronousClients.Interval interval =
        SynchronousClients.run(settings.seconds(), warmUp.steps(), request);
    CpuClock.Reading after = clock.read(cluster.pids());
    into.rates[run] = interval.perSecond() * into.pages;
    into.cpu[run] = after.oursSince(before) / (interval.requests() * into.pages);
    into.others[run] = after.othersPercentSince(before);
  }

  private static void ask(BenchCluster cluster, int pages, SplittableRandom random)
      throws IOException, InterruptedException {
    List<Long> frames = new ArrayList<>(pages);
    for (int i = 0; i < pages; i++) {
      frames.add(frame(random.nextInt(ASSIGNED)));
    }
    for (PageInfo page : cluster.client().owners(frames)) {
      if (page.kind() != PageInfo.Kind.OWNED) {
        throw new IOException("an assigned page has no owner: " + page);
      }
    }
  }

  private static long frame(int number) {
    return number * STRIDE & (BenchCluster.FRAMES - 1);
  }

  private static List<Operation> assignments(int first) {
    List<Operation> operations = new ArrayList<>(ASSIGNMENTS_PER_TRANSACTION);
    for (int i = first; i < first + ASSIGNMENTS_PER_TRANSACTION; i++) {
      operations.add(
          new Operation.AssignPages(
              BenchCluster.PARTITION, new PageRange(frame(i), 1), i, Rights.ALL));
    }
    return operations;
  }

  /** Lookups a second of the core's reader, after as long a warm-up. */
  private static double inProcess(int seconds) {
    CoreWorkload workload = new CoreWorkload(BenchCluster.FRAMES);
    for (int first = 0; first < ASSIGNED; first += ASSIGNMENTS_PER_TRANSACTION) {
      long[] frames = new long[ASSIGNMENTS_PER_TRANSACTION];
      for (int i = 0; i < frames.length; i++) {
        frames[i] = frame(first + i);
      }
      workload.execute(workload.together(workload.assignments(frames, first)));
    }
    try (LedgerReader reader = workload.reader()) {
      lookups(reader, seconds);
      return lookups(reader, seconds);
    }
  }

  private static double lookups(LedgerReader reader, int seconds) {
    SplittableRandom random = new SplittableRandom(seconds);
    long start = System.nanoTime();
    long deadline = start + seconds * 1_000_000_000L;
    long lookups = 0;
    while (System.nanoTime() < deadline) {
      for (int i = 0; i < 1000; i++) {
        if (reader.ownerOf(frame(random.nextInt(ASSIGNED))).kind() != PageInfo.Kind.OWNED) {
          throw new IllegalStateException("an assigned page has no owner");
        }
      }
      lookups += 1000;
    }
    return lookups * 1e9 / (System.nanoTime() - start);
  }

  private Measurement measurement(BenchSettings settings, Runs runs) {
    Map<String, String> config = new TreeMap<>();
    config.put("replicas", Integer.toString(settings.replicas()));
    config.put("clients", Integer.toString(CLIENTS));
    config.put("pages_per_request", Integer.toString(runs.pages));
    config.put("pages_assigned", Integer.toString(ASSIGNED));
    config.put("consistency", "linearizable");
    config.put("seconds", Integer.toString(settings.seconds()));
    config.put("warm_up_seconds", "%.0f".formatted(Samples.of(runs.warmUps).median()));
    config.put("channel", settings.channelName());
    return new Measurement(
        id(),
        runs.metric,
        "1/s",
        Samples.of(runs.rates),
        Samples.of(runs.cpu).median(),
        Samples.of(runs.others).median(),
        config);
  }
}
