package org.ultravisor.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.client.ClientOptions;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.node.local.ClusterClient;
import org.ultravisor.node.local.Directories;
import org.ultravisor.node.local.LocalCluster;
import org.ultravisor.node.local.LocalOptions;
import org.ultravisor.node.local.Waiting;

/**
 * A fresh cluster for one run of a case: real processes, a terabyte of memory that exists only in
 * the ledger, one partition. One thread; its client may be used by any.
 */
final class BenchCluster implements AutoCloseable {
  static final String PARTITION = "bench";
  static final long FRAMES = 1L << 28;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Directories places;
  private final LocalCluster cluster;
  private final ClusterClient client;

  private BenchCluster(Directories places, LocalCluster cluster, ClusterClient client) {
    this.places = places;
    this.cluster = cluster;
    this.client = client;
  }

  /** As the settings say. */
  static BenchCluster start(BenchSettings settings) throws IOException, InterruptedException {
    return start(settings.replicas(), settings.channel());
  }

  /** So many replicas, asked over frames. */
  static BenchCluster start(int replicas) throws IOException, InterruptedException {
    return start(replicas, ClientOptions.Channel.FRAMES);
  }

  /** Starts the replicas and waits until the cluster has memory to give. */
  private static BenchCluster start(int replicas, ClientOptions.Channel channel)
      throws IOException, InterruptedException {
    Directories places = Directories.create("bench");
    LocalCluster cluster;
    try {
      cluster = LocalCluster.start(places, LocalOptions.forMeasurements(replicas));
    } catch (IOException | RuntimeException e) {
      places.close();
      throw e;
    }
    ClusterClient client =
        ClusterClient.connect(cluster.commandAddresses(), "bench", PATIENCE, channel);
    BenchCluster started = new BenchCluster(places, cluster, client);
    try {
      client.commit(
          List.of(
              new Operation.AddMemory(new PageRange(0, FRAMES), 0, MemoryType.DRAM, true),
              new Operation.CreatePartition(PARTITION, PartitionKind.GUEST, Limits.NONE)));
    } catch (IOException | RuntimeException e) {
      started.close();
      throw e;
    }
    return started;
  }

  ClusterClient client() {
    return client;
  }

  LocalCluster cluster() {
    return cluster;
  }

  Directories places() {
    return places;
  }

  /** All processes whose work counts: the replicas and this one, which is the load. */
  List<Long> pids() {
    List<Long> pids = new ArrayList<>(cluster.pids());
    pids.add(ProcessHandle.current().pid());
    return pids;
  }

  /** SIGKILL to the leader; returns its name. */
  String killLeader() throws IOException, InterruptedException {
    String leader = leader();
    cluster.kill(leader);
    return leader;
  }

  private String leader() throws IOException, InterruptedException {
    List<String> found = new ArrayList<>();
    Waiting.until(
        "a leader",
        PATIENCE,
        () -> {
          for (String id : cluster.ids()) {
            if (client.status(cluster.commandAddress(id)).role().equals("LEADER")) {
              found.add(id);
            }
          }
          return !found.isEmpty();
        });
    return found.getFirst();
  }

  /** Waits until every replica has come to the same sequence. */
  void awaitEqualSequences() throws IOException, InterruptedException {
    Waiting.until(
        "all replicas at one sequence",
        PATIENCE,
        () -> {
          List<Long> sequences = new ArrayList<>();
          for (String address : cluster.commandAddresses()) {
            try {
              ClusterStatus status = client.status(address);
              sequences.add(status.sequence());
            } catch (IOException starting) {
              return false; // it was killed and comes back within the patience
            }
          }
          return sequences.stream().distinct().count() == 1;
        });
  }

  @Override
  public void close() throws IOException {
    client.close();
    cluster.close();
    places.close();
  }
}
