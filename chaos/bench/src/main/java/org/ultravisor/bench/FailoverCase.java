package org.ultravisor.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;
import org.ultravisor.node.local.AuditCheck;
import org.ultravisor.node.local.Load;
import org.ultravisor.node.local.LocalHost;
import org.ultravisor.node.local.Monitors;
import org.ultravisor.node.local.NativePrograms;
import org.ultravisor.node.local.Waiting;

/** D: SIGKILL of the leader under load, until the next acknowledged write. */
final class FailoverCase implements BenchCase {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String FAILOVER = "failover";
  private static final String STALL = "stall";
  private static final int CLIENTS = 8;
  private static final long GUEST_PAGES = 1024;

  @Override
  public String id() {
    return "D";
  }

  @Override
  public String title() {
    return "SIGKILL of the leader to the next acknowledged write; a kill a run";
  }

  @Override
  public List<Measurement> run(BenchSettings settings, Progress progress) throws Exception {
    Figures figures = new Figures();
    long lost;
    try (BenchCluster cluster = BenchCluster.start(settings)) {
      List<Outcome> answers = new ArrayList<>();
      try (LocalHost host = LocalHost.start(cluster.places(), NativePrograms.find(), "localhost")) {
        Monitors monitors = startGuest(cluster, host);
        for (int run = 0; run < settings.runs(); run++) {
          double millis = killOnce(cluster, settings.seconds(), answers);
          host.requireAlive();
          figures.add(FAILOVER, millis);
          progress.say("D: kill %d of %d: %.0f ms".formatted(run + 1, settings.runs(), millis));
        }
        figures.add(STALL, (double) monitors.totals().stallMillis());
      }
      cluster.cluster().close();
      AuditCheck audit = AuditCheck.of(cluster.cluster().dataDirectories(), answers);
      if (!audit.verified()) {
        throw new IllegalStateException("the audit log does not verify: " + audit.problem());
      }
      lost = audit.lost();
    }
    Map<String, String> config =
        Map.of(
            "replicas", Integer.toString(settings.replicas()),
            "clients", Integer.toString(CLIENTS),
            "kills", Integer.toString(settings.runs()));
    Samples failover = figures.of(FAILOVER);
    return List.of(
        measurement("failover_ms_p50", "ms", failover, config),
        measurement("failover_ms_max", "ms", Samples.of(failover.max()), config),
        measurement("acknowledged_lost", "count", Samples.of((double) lost), config),
        measurement("monitor_longest_stall_ms", "ms", figures.of(STALL), config));
  }

  private static Monitors startGuest(BenchCluster cluster, LocalHost host)
      throws IOException, InterruptedException {
    cluster
        .client()
        .commit(
            List.of(
                new Operation.AllocatePages(
                    BenchCluster.PARTITION, GUEST_PAGES, Tier.M, List.of(0), 0, Rights.ALL),
                new Operation.StartPartition(BenchCluster.PARTITION)));
    host.startMonitor(BenchCluster.PARTITION, 1);
    Monitors monitors = new Monitors(cluster.places().host(), List.of(BenchCluster.PARTITION));
    Waiting.until("the guest is at work", PATIENCE, monitors::allAtWork);
    return monitors;
  }

  /** Kills the leader under load, waits for writes and for the replica's return. */
  private static double killOnce(BenchCluster cluster, int loadSeconds, List<Outcome> answers)
      throws IOException, InterruptedException {
    double millis;
    try (Load load = Load.start(cluster.client(), BenchCluster.PARTITION, List.of(0), CLIENTS)) {
      Thread.sleep(loadSeconds * 1000L);
      String leader = cluster.killLeader();
      long killed = System.nanoTime();
      Waiting.until(
          "writes after the leader's death",
          PATIENCE,
          () -> {
            load.requireRunning();
            return load.firstAnswerAfter(killed) != 0;
          });
      millis = (load.firstAnswerAfter(killed) - killed) / 1e6;
      cluster.cluster().startReplica(leader);
      load.stop();
      load.acknowledged().forEach(a -> answers.add(a.outcome()));
    }
    cluster.awaitEqualSequences();
    return millis;
  }

  private Measurement measurement(
      String metric, String unit, Samples samples, Map<String, String> config) {
    return new Measurement(id(), metric, unit, samples, Double.NaN, Double.NaN, config);
  }
}
