package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Tier;

/** Clusters at which nothing happens but that their leader's clock, here set by hand, goes on. */
final class TickerTest {
  private static final int RESERVATIONS = 150;

  @TempDir Path root = Path.of("");
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final TestRequests requests = new TestRequests();

  private TestCluster cluster(int size) throws IOException {
    return new TestCluster(root, size, config -> config, () -> Instant.ofEpochMilli(now.get()));
  }

  /** Returns the sequence after it. */
  private long reserve(TestCluster cluster, int count, long timeoutMillis) {
    long session = requests.openSession(cluster);
    List<Operation> operations = new ArrayList<>();
    operations.add(new Operation.AddMemory(new PageRange(0, 1024), 0, MemoryType.DRAM, true));
    operations.add(new Operation.CreatePartition("p", PartitionKind.GUEST, Limits.NONE));
    for (int i = 0; i < count; i++) {
      operations.add(
          new Operation.Reserve(
              "r" + i, "p", 1, Tier.K, List.of(0), List.of(), List.of(), timeoutMillis));
    }
    Outcome done = cluster.submit(Transaction.of(session, 1, "test", operations));
    return assertInstanceOf(Outcome.Committed.class, done).sequence();
  }

  private static int held(Replica replica) {
    return replica.readStale(reader -> reader.reservations().size());
  }

  @Test
  void anIdleReplicaLetsAllThatIsDueTimeOutAndThenRests() throws IOException {
    try (TestCluster cluster = cluster(1)) {
      long reserved = reserve(cluster, RESERVATIONS, 60_000);
      Replica replica = cluster.leader();
      now.addAndGet(59_999);
      long before = cluster.submit(requests.sessionless()).sequence();
      assertEquals(reserved + 1, before, "nothing was due");
      assertEquals(RESERVATIONS, held(replica));
      now.addAndGet(1);
      Await.until("all reservations have timed out", () -> held(replica) == 0);
      // 64 end with one transaction, so 150 need three; afterwards nothing is due.
      long after = cluster.submit(requests.sessionless()).sequence();
      assertEquals(before + 3 + 1, after);
      assertEquals(now.get(), replica.readStale(LedgerReader::ledgerTime));
    }
  }

  @Test
  void theNextLeaderTicksToo() throws IOException {
    try (TestCluster cluster = cluster(3)) {
      reserve(cluster, 1, 60_000);
      String next = cluster.follower().config().id();
      cluster.leader().transferLeadership(next).join();
      Await.until("the new leader " + next, () -> cluster.get(next).status().leaderReady());
      now.addAndGet(60_000);
      Await.until(
          "the reservation has timed out everywhere",
          () -> cluster.replicas().stream().allMatch(replica -> held(replica) == 0));
      cluster.awaitEqual();
    }
  }

  @Test
  void aReplicaThatRestartsKnowsWhatIsDue() throws IOException {
    try (TestCluster cluster = cluster(1)) {
      reserve(cluster, 1, 60_000);
      cluster.stop("r1");
      now.addAndGet(60_000);
      Replica again = cluster.start("r1");
      Await.until("the reservation has timed out", () -> held(again) == 0);
    }
  }
}
