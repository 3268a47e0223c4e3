package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.AuditDepth;
import org.ultravisor.ledger.store.AuditReport;
import org.ultravisor.ledger.store.Compaction;
import org.ultravisor.ledger.store.DurableFiles;

/**
 * A follower that lags behind the end of the log is caught up by a snapshot, in which history may
 * be compacted.
 */
final class SnapshotTest {
  private static final int MOST_ELECTIONS = 40;

  private static final SnapshotPolicy SMALL =
      new SnapshotPolicy(1_000_000, 16 << 10, Duration.ofMinutes(10), 2, 0, 16 << 10);

  private static final TestRequests requests = new TestRequests();
  private static TestCluster cluster;

  @BeforeAll
  static void start(@TempDir Path root) throws IOException {
    cluster = new TestCluster(root, 3, config -> config.with(SMALL));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void aFollowerThatMissedThePurgedLogInstallsASnapshotAndIsEqual() throws IOException {
    long session = requests.openSession(cluster);
    Transaction once = requests.createPartition(session, 1);
    Outcome answer = cluster.submit(once);
    cluster.awaitEqual();
    String away = cluster.follower().config().id();
    long awayAt = cluster.get(away).status().appliedIndex();
    cluster.stop(away);

    long through = cluster.submit(requests.sessionless()).sequence();
    cluster.submit(
        new Transaction(session, 2, 1, "test", List.of(), List.of(new Operation.Compact(through))));
    Compaction compaction = cluster.leader().store().compaction().join().orElseThrow();
    submitUntilTheLogStartsAfter(awayAt);
    cluster.start(away);
    cluster.awaitEqual();
    TestCluster.Heard heard = cluster.heard(away);
    assertFalse(heard.installed.isEmpty(), "it caught up without a snapshot");

    // The installed state answers, follows, keeps its snapshots and survives a restart.
    long sequence = cluster.submit(requests.sessionless()).sequence();
    assertTrue(cluster.get(away).read(LedgerReader::sequence).join() >= sequence);
    assertEquals(sequence, cluster.get(away).store().leaf(sequence).sequence());
    cluster.awaitEqual();
    cluster.get(away).takeSnapshot().join();
    assertEquals(List.of(), leftovers(away));
    assertEquals(through, compaction.through());
    assertEquals(Optional.of(compaction), cluster.get(away).store().compaction().join());
    AuditReport report =
        cluster.get(away).store().audit().verify(AuditDepth.DECISIONS, checked -> {});
    assertTrue(report.good(), report::toString);
    cluster.stop(away);
    DurableFiles.deleteTree(cluster.config(away).directory().resolve("store"));
    cluster.start(away); // from its own snapshot, and the log after it
    cluster.awaitEqual();

    // The request of before the snapshot is still known, also where it was never applied, and
    // though history is compacted beyond it.
    for (int i = 0; i < MOST_ELECTIONS && !cluster.leader().status().id().equals(away); i++) {
      String leader = cluster.leader().status().id();
      cluster.stop(leader); // one of the others is elected, this one every second time
      cluster.leader();
      cluster.start(leader);
      cluster.awaitEqual();
    }
    Await.until("the lagging replica leads", () -> cluster.get(away).status().leaderReady());
    assertEquals(answer, cluster.submit(once));
    assertInstanceOf(Outcome.Committed.class, answer);
    for (Peer peer : cluster.peers()) {
      assertEquals(List.of(), cluster.heard(peer.id()).failures);
    }
  }

  private static void submitUntilTheLogStartsAfter(long index) {
    Await.until(
        () -> "the log to be purged beyond " + index + ": " + cluster.leader().status(),
        () -> {
          List<CompletableFuture<Outcome>> answers = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            answers.add(cluster.leader().submit(Principal.LOCAL, requests.sessionless()));
          }
          answers.forEach(CompletableFuture::join);
          return cluster.leader().firstLogIndex() > index + 1;
        });
  }

  /** What should not be in a replica's directory between two snapshots. */
  private static List<Path> leftovers(String id) throws IOException {
    Path directory = cluster.config(id).directory();
    try (Stream<Path> incoming = Files.list(directory.resolve("incoming"));
        Stream<Path> snapshots = Files.list(directory.resolve("snapshots"))) {
      List<Path> all = new ArrayList<>(incoming.toList());
      snapshots
          .filter(path -> !path.getFileName().toString().startsWith("snapshot."))
          .forEach(all::add);
      return all;
    }
  }
}
