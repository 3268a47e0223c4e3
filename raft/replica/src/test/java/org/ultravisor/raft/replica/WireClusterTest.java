package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.raft.replica.FaultyNetwork.Fault;

/** What our own transport must do beyond what every test of the replica asks of it. */
final class WireClusterTest {
  private static final int MOST_REQUESTS = 5000;

  private final TestRequests requests = new TestRequests();

  @TempDir private Path root;

  @Test
  void whenTheLeadersConnectionEndsNobodyWaitsForATimeout() throws IOException {
    Duration least = Duration.ofSeconds(8);
    ElectionTimeouts longOnes = new ElectionTimeouts(least, least.plusSeconds(1));
    try (TestCluster cluster = new TestCluster(root, 3, config -> config.with(longOnes))) {
      Outcome before = cluster.submit(requests.sessionless());
      cluster.awaitEqual();
      String first = cluster.leader().status().id();
      long begun = System.nanoTime();
      cluster.stop(first);
      Outcome after = cluster.submit(requests.sessionless());
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      assertTrue(took.compareTo(least) < 0, () -> "an election timeout passed: " + took);
      assertEquals(before.sequence() + 1, after.sequence());
      cluster.start(first);
      cluster.awaitEqual();
    }
  }

  @Test
  void whoWasJustAwayCanBeMadeTheLeader() throws IOException {
    try (TestCluster cluster = new TestCluster(root, 3, config -> config)) {
      for (int round = 0; round < 3; round++) {
        cluster.submit(requests.sessionless());
        String away = cluster.follower().status().id();
        cluster.stop(away);
        cluster.submit(requests.sessionless());
        cluster.start(away);
        cluster.awaitEqual();
        cluster.leader().transferLeadership(away).join();
        Await.until("it leads", () -> cluster.get(away).status().leaderReady());
      }
    }
  }

  @Test
  void aLeaderThatIsCutOffAnswersNoReads() throws IOException {
    FaultyNetwork network = new FaultyNetwork(1);
    try (TestCluster cluster = cluster(network)) {
      Outcome before = cluster.submit(requests.sessionless());
      cluster.awaitEqual();
      Replica deposed = cluster.leader();
      network.cutOff(deposed.status().id());
      CompletableFuture<Long> read = deposed.read(LedgerReader::sequence);
      Await.until(
          "another leader",
          () ->
              cluster.replicas().stream()
                  .anyMatch(replica -> replica != deposed && replica.status().leaderReady()));
      Replica successor =
          cluster.replicas().stream()
              .filter(replica -> replica != deposed && replica.status().leaderReady())
              .findFirst()
              .orElseThrow();
      Outcome after = successor.submit(Principal.LOCAL, requests.sessionless()).join();
      assertEquals(before.sequence() + 1, after.sequence());
      CompletionException e = assertThrows(CompletionException.class, read::join);
      assertInstanceOf(ReadFailedException.class, e.getCause());
      assertThrows(CompletionException.class, () -> deposed.read(LedgerReader::sequence).join());
      network.join(deposed.status().id());
      cluster.awaitEqual();
      assertTrue(network.count(Fault.CUT) > 0);
    }
  }

  @Test
  void aNetworkThatLosesDelaysAndRepeatsChangesNothing() throws IOException {
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    System.out.printf("seed %d; repeat with -Dultravisor.seed=%1$d%n", seed);
    Random random = new Random(seed);
    FaultyNetwork network = new FaultyNetwork(seed);
    try (TestCluster cluster = cluster(network)) {
      long session = requests.openSession(cluster);
      network.faults(30);
      List<Transaction> asked = new ArrayList<>();
      List<Long> sequences = new ArrayList<>();
      int least = Integer.getInteger("ultravisor.requests", 120);
      for (int i = 1; i <= least || (!network.metAll() && i < MOST_REQUESTS); i++) {
        if (i % 30 == 0) {
          String victim = "r" + (1 + random.nextInt(3));
          network.cutOff(victim);
          ask(cluster, session, asked, sequences);
          network.join(victim);
        } else {
          ask(cluster, session, asked, sequences);
        }
      }
      network.faults(0);
      cluster.awaitEqual();
      long first = sequences.getFirst();
      assertEquals(LongStream.range(first, first + sequences.size()).boxed().toList(), sequences);
      for (int i = 0; i < asked.size(); i++) {
        assertEquals(sequences.get(i), cluster.submit(asked.get(i)).sequence());
      }
      assertTrue(network.metAll(), network::toString);
    }
  }

  private void ask(
      TestCluster cluster, long session, List<Transaction> asked, List<Long> sequences) {
    Transaction request = requests.createPartition(session, asked.size() + 1);
    asked.add(request);
    sequences.add(cluster.submit(request).sequence());
  }

  private TestCluster cluster(FaultyNetwork network) throws IOException {
    return new TestCluster(
        root, 3, config -> config.with(ElectionTimeouts.SHARED), InstantSource.system(), network);
  }
}
