package org.ultravisor.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.node.local.ClusterClient;
import org.ultravisor.node.local.Waiting;

/**
 * N: how long things take to start: a replica that holds 10,000,000 ranges, from SIGKILL to the
 * first linearizable answer, with no other replica to help; and the whole demonstration.
 */
final class RestartCase implements BenchCase {
  static final int RANGES = 10_000_000;
  private static final int BATCH = 5_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Override
  public String id() {
    return "N";
  }

  @Override
  public String title() {
    return "a killed replica with 10,000,000 ranges to its first linearizable answer; the demo";
  }

  @Override
  public List<Measurement> run(BenchSettings settings, Progress progress) throws Exception {
    Figures figures = new Figures();
    Path launcher = Path.of(System.getProperty("ultravisor.home", "")).resolve("ultravisor");
    for (int run = 0; run < settings.runs() && Files.isExecutable(launcher); run++) {
      figures.add("demo_s", demo(launcher));
      progress.say("N: demo, run %d of %d".formatted(run + 1, settings.runs()));
    }
    try (BenchCluster cluster = BenchCluster.start(1)) {
      fill(cluster, progress);
      for (int run = 0; run < settings.runs(); run++) {
        double seconds = restart(cluster);
        figures.add("restart_s_10m_ranges", seconds);
        progress.say("N: restart %d of %d: %.1f s".formatted(run + 1, settings.runs(), seconds));
      }
    }
    return figures.measurements(
        id(),
        "s",
        Map.of(
            "ranges",
            Integer.toString(RANGES),
            "shape",
            "single pages of two partitions in turn",
            "replicas",
            "1",
            "assignments_per_request",
            Integer.toString(BATCH)));
  }

  private static double demo(Path launcher) throws IOException, InterruptedException {
    long from = System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "demo", "--json")
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("ULTRAVISOR_BUILD", "never");
    Process demo = builder.start();
    try {
      if (!demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || demo.exitValue() != 0) {
        throw new IOException("the demo failed or took minutes; run it alone: ultravisor demo");
      }
    } finally {
      demo.destroy();
    }
    return (System.nanoTime() - from) / 1e9;
  }

  /** Neighbours belong to different partitions, so that each page is a range. */
  private static void fill(BenchCluster cluster, Progress progress)
      throws IOException, InterruptedException {
    ClusterClient client = cluster.client();
    client.commit(
        List.of(
            new Operation.CreatePartition("even", PartitionKind.GUEST, Limits.NONE),
            new Operation.CreatePartition("odd", PartitionKind.GUEST, Limits.NONE)));
    for (int done = 0; done < RANGES; done += BATCH) {
      List<Operation> operations = new ArrayList<>(BATCH);
      for (long frame = done; frame < done + BATCH; frame++) {
        operations.add(
            new Operation.AssignPages(
                frame % 2 == 0 ? "even" : "odd", new PageRange(frame, 1), frame / 2, Rights.ALL));
      }
      client.commit(operations);
      if (done % (RANGES / 10) == 0) {
        progress.say("N: %,d of %,d ranges are assigned".formatted(done, RANGES));
      }
    }
  }

  private static double restart(BenchCluster cluster) throws IOException, InterruptedException {
    String replica = cluster.cluster().ids().getFirst();
    cluster.cluster().kill(replica);
    long from = System.nanoTime();
    cluster.cluster().startReplica(replica);
    Waiting.until(
        "a linearizable answer of the replica that was killed",
        PATIENCE,
        () -> {
          cluster.cluster().requireAlive();
          try (ClusterClient client =
              ClusterClient.connect(
                  cluster.cluster().commandAddresses(), "bench", Duration.ofSeconds(2))) {
            return client.monitors().isEmpty();
          } catch (IOException starting) {
            return false;
          }
        });
    return (System.nanoTime() - from) / 1e9;
  }
}
