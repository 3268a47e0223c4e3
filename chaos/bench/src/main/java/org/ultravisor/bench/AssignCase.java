package org.ultravisor.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * A, B and C: assignments of single pages by synchronous clients, durable on a majority before the
 * answer. The cases differ in how many clients there are and how many assignments a request has.
 */
final class AssignCase implements BenchCase {
  private final String id;
  private final String title;
  private final int clients;
  private final int assignmentsPerRequest;
  private final boolean latencies;

  private AssignCase(
      String id, String title, int clients, int assignmentsPerRequest, boolean latencies) {
    this.id = id;
    this.title = title;
    this.clients = clients;
    this.assignmentsPerRequest = assignmentsPerRequest;
    this.latencies = latencies;
  }

  static AssignCase small() {
    return new AssignCase("A", "64 synchronous clients, one assignment a request", 64, 1, false);
  }

  static AssignCase batches() {
    return new AssignCase(
        "B", "4 synchronous clients, 1,000 assignments a request", 4, 1000, false);
  }

  static AssignCase latency() {
    return new AssignCase("C", "latency of one synchronous client", 1, 1, true);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public List<Measurement> run(BenchSettings settings, Progress progress) throws Exception {
    int runs = settings.runs();
    double[] rates = new double[runs];
    double[] p50 = new double[runs];
    double[] p99 = new double[runs];
    double[] cpu = new double[runs];
    double[] others = new double[runs];
    double[] warmUps = new double[runs];
    double[] halfWarm = new double[runs];
    for (int run = 0; run < runs; run++) {
      progress.say("%s: run %d of %d, starting a cluster".formatted(id, run + 1, runs));
      try (BenchCluster cluster = BenchCluster.start(settings)) {
        SynchronousClients.Request request =
            (client, step) -> cluster.client().commit(assignments(client, step));
        WarmUp warmUp = WarmUp.run(clients, assignmentsPerRequest, request, id, progress);
        warmUps[run] = warmUp.seconds();
        halfWarm[run] = warmUp.halfWarmSeconds();
        CpuClock clock = new CpuClock();
        CpuClock.Reading before = clock.read(cluster.pids());
        SynchronousClients.Interval interval =
            SynchronousClients.run(settings.seconds(), warmUp.steps(), request);
        CpuClock.Reading after = clock.read(cluster.pids());
        rates[run] = interval.perSecond() * assignmentsPerRequest;
        p50[run] = interval.micros().getValueAtPercentile(50);
        p99[run] = interval.micros().getValueAtPercentile(99);
        cpu[run] = after.oursSince(before) / (interval.requests() * assignmentsPerRequest);
        others[run] = after.othersPercentSince(before);
        progress.say(
            "%s: run %d of %d: %,.0f assignments/s, p50 %,.0f us"
                .formatted(id, run + 1, runs, rates[run], p50[run]));
      }
    }
    Map<String, String> config =
        Map.of(
            "replicas", Integer.toString(settings.replicas()),
            "clients", Integer.toString(clients),
            "assignments_per_request", Integer.toString(assignmentsPerRequest),
            "seconds", Integer.toString(settings.seconds()),
            "warm_up_seconds", "%.0f".formatted(Samples.of(warmUps).median()),
            "channel", settings.channelName());
    List<Measurement> measurements = new ArrayList<>();
    double cpuMedian = Samples.of(cpu).median();
    double othersMedian = Samples.of(others).median();
    if (latencies) {
      measurements.add(
          new Measurement(
              id, "latency_us_p50", "us", Samples.of(p50), cpuMedian, othersMedian, config));
      measurements.add(
          new Measurement(
              id, "latency_us_p99", "us", Samples.of(p99), cpuMedian, othersMedian, config));
    } else {
      measurements.add(
          new Measurement(
              id, "assignments_per_s", "1/s", Samples.of(rates), cpuMedian, othersMedian, config));
    }
    measurements.add(
        new Measurement(
            id, "half_warm_s", "s", Samples.of(halfWarm), Double.NaN, othersMedian, config));
    return measurements;
  }

  /** Each client has frames of its own, and goes through them in order. */
  private List<Operation> assignments(int client, long step) {
    long share = BenchCluster.FRAMES / clients;
    long first = client * share + step * assignmentsPerRequest;
    List<Operation> operations = new ArrayList<>(assignmentsPerRequest);
    for (int i = 0; i < assignmentsPerRequest; i++) {
      long frame = first + i;
      operations.add(
          new Operation.AssignPages(
              BenchCluster.PARTITION, new PageRange(frame, 1), frame, Rights.ALL));
    }
    return operations;
  }
}
