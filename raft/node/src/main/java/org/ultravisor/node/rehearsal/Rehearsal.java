package org.ultravisor.node.rehearsal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.node.local.ClusterClient;
import org.ultravisor.node.local.Directories;
import org.ultravisor.node.local.FreePorts;
import org.ultravisor.node.process.ReplicaProcess;

/**
 * Three replicas and their clients in this JVM, doing what a busy cluster does: many small
 * transactions, large ones, one client alone, questions about one owner and about many. One thread.
 */
final class Rehearsal implements AutoCloseable {
  private static final int REPLICAS = 3;
  private static final long FRAMES = 1L << 28;
  private static final String PARTITION = "rehearsal";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int KINDS_OF_WORK = 5;
  private static final int PAGES_AT_ONCE = 1000;

  private final Directories places;
  private final List<ReplicaProcess> replicas = new ArrayList<>();
  private List<String> addresses = List.of();
  private long nextFrame;

  private Rehearsal(Directories places) {
    this.places = places;
  }

  /** Starts the replicas. */
  static Rehearsal start() throws IOException {
    Rehearsal started = new Rehearsal(Directories.create("rehearsal"));
    try {
      started.startReplicas();
    } catch (IOException | RuntimeException e) {
      started.close();
      throw e;
    }
    return started;
  }

  private void startReplicas() throws IOException {
    List<Integer> ports = FreePorts.find(2 * REPLICAS);
    List<NodeConfig.Member> members = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      members.add(
          new NodeConfig.Member(
              "r" + (i + 1), "127.0.0.1", ports.get(2 * i), ports.get(2 * i + 1)));
    }
    for (NodeConfig.Member member : members) {
      replicas.add(
          ReplicaProcess.start(
              new NodeConfig(
                  member.id(),
                  members,
                  places.disk().resolve(member.id()),
                  new NodeConfig.Host("localhost", 0, places.host()),
                  NodeConfig.Election.DEFAULT)));
    }
    addresses = members.stream().map(NodeConfig.Member::commandAddress).toList();
  }

  /** Works for so long; returns how many requests were answered. */
  long run(int seconds) throws IOException, InterruptedException {
    try (ClusterClient client = ClusterClient.connect(addresses, "rehearsal", PATIENCE)) {
      client.commit(
          List.of(
              new Operation.AddMemory(new PageRange(0, FRAMES), 0, MemoryType.DRAM, true),
              new Operation.CreatePartition(PARTITION, PartitionKind.GUEST, Limits.NONE)));
      long tenth = Duration.ofSeconds(seconds).toNanos() / 10;
      return work(64, 5 * tenth, first -> client.commit(assignments(first, 1)))
          + work(4, 2 * tenth, first -> client.commit(assignments(first, PAGES_AT_ONCE)))
          + work(1, tenth, first -> client.commit(assignments(first, 1)))
          + work(64, tenth, first -> client.owners(frames(first, 100)))
          + work(64, tenth, first -> client.owners(frames(first, 1)));
    }
  }

  /** What a client does next, with frames from a first one on that nobody else has. */
  @FunctionalInterface
  private interface Request {
    void ask(long firstFrame) throws IOException, InterruptedException;
  }

  private long work(int clients, long nanos, Request request)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + nanos;
    long share = FRAMES / KINDS_OF_WORK / clients;
    long requests = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      List<Callable<Long>> work = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        long first = nextFrame + i * share;
        work.add(
            () -> {
              long done = 0;
              for (long frame = first; System.nanoTime() < deadline; frame += PAGES_AT_ONCE) {
                request.ask(frame);
                done++;
              }
              return done;
            });
      }
      nextFrame += FRAMES / KINDS_OF_WORK;
      for (Future<Long> each : threads.invokeAll(work)) {
        requests += each.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("the rehearsal failed: " + e.getCause(), e);
    }
    return requests;
  }

  private static List<Operation> assignments(long first, int pages) {
    return LongStream.range(first, first + pages)
        .<Operation>mapToObj(
            frame ->
                new Operation.AssignPages(PARTITION, new PageRange(frame, 1), frame, Rights.ALL))
        .toList();
  }

  private static List<Long> frames(long first, int count) {
    return LongStream.range(first, first + count).boxed().toList();
  }

  @Override
  public void close() throws IOException {
    for (ReplicaProcess replica : replicas) {
      replica.close();
    }
    places.close();
  }
}
