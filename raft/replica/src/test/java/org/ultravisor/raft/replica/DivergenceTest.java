package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.Corruption;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.raft.replica.ReplicaStatus.LifeCycle;

/** Replicas whose memory is corrupted stop; those that are right go on. */
final class DivergenceTest {
  private static final GuardPolicy OFTEN = GuardPolicy.DEFAULT.withReportEvery(100);

  private final TestRequests requests = new TestRequests();
  private final AtomicLong now = new AtomicLong(1_000_000);

  private TestCluster cluster(Path root) throws IOException {
    TestCluster cluster =
        new TestCluster(
            root, 3, config -> config.with(OFTEN), () -> Instant.ofEpochMilli(now.get()));
    cluster.submit(TestRequests.createPartition(requests.openSession(cluster), 1, "victim"));
    cluster.awaitEqual();
    return cluster;
  }

  /** Goes on until something is so; a replica that stops may take its answers with it. */
  private void loadUntil(TestCluster cluster, String what, BooleanSupplier done) {
    Await.until(
        what,
        () -> {
          List<CompletableFuture<Outcome>> answers =
              cluster.replicas().stream()
                  .filter(replica -> replica.status().leaderReady())
                  .flatMap(
                      leader ->
                          Stream.generate(requests::sessionless)
                              .limit(20)
                              .map(asked -> leader.submit(Principal.LOCAL, asked)))
                  .toList();
          for (CompletableFuture<Outcome> answer : answers) {
            try {
              answer.join();
            } catch (CompletionException e) {
              assertInstanceOf(ReplicaException.class, e.getCause());
            }
          }
          return done.getAsBoolean();
        });
  }

  private static boolean stopped(TestCluster cluster, String id) {
    return !cluster.heard(id).failures.isEmpty();
  }

  private static String reason(TestCluster cluster, String id) {
    return String.valueOf(
        assertInstanceOf(DivergedException.class, cluster.heard(id).failures.getFirst())
            .getMessage());
  }

  /** Corrupts the replica's memory with the next entry. */
  private void corrupt(TestCluster cluster, String id, String text) {
    cluster.heard(id).corruption.set(ledger -> Corruption.label(ledger, text));
    loadUntil(cluster, "the corruption of " + id, () -> cluster.heard(id).corruption.get() == null);
  }

  private void awaitAgreed(TestCluster cluster, long atLeast) {
    loadUntil(
        cluster,
        "agreement at " + atLeast,
        () ->
            cluster.replicas().stream()
                .allMatch(
                    replica ->
                        replica.status().lifeCycle() == LifeCycle.FAILED
                            || replica.status().agreedSequence() >= atLeast));
  }

  /**
   * The last one may not hear any more that the entry is committed which stops the others; it is
   * left without a quorum, so that it can decide nothing.
   */
  private void allStop(TestCluster cluster, List<String> ids) {
    loadUntil(
        cluster,
        "all but one stop",
        () -> ids.stream().filter(id -> stopped(cluster, id)).count() >= ids.size() - 1);
    for (String id : ids) {
      Await.until(
          id + " stops, or knows no leader",
          () -> stopped(cluster, id) || cluster.get(id).status().leaderId().isEmpty());
      if (stopped(cluster, id)) {
        assertTrue(reason(cluster, id).contains("none has a majority, so all stop: r1 has state"));
      }
    }
  }

  private void stopsAlone(TestCluster cluster, String id) throws IOException {
    corrupt(cluster, id, "x");
    loadUntil(cluster, id + " stops", () -> stopped(cluster, id));
    assertTrue(reason(cluster, id).contains("differs from the majority at sequence "));
    assertTrue(
        reason(cluster, id).contains("ultravisor cluster replace " + id + " NEW --raft HOST:PORT"));
    assertEquals(LifeCycle.FAILED, cluster.get(id).status().lifeCycle());
    long sequence = cluster.get(id).status().sequence();
    cluster.stop(id);
    awaitAgreed(cluster, sequence + 200);
    for (Replica replica : cluster.replicas()) {
      assertFalse(stopped(cluster, replica.config().id()));
    }
    IOException refused = assertThrows(IOException.class, () -> cluster.start(id));
    assertTrue(String.valueOf(refused.getMessage()).endsWith(reason(cluster, id)));
  }

  @Test
  void aFollowerThatDiffersStopsAndDoesNotStartAgain(@TempDir Path root) throws IOException {
    try (TestCluster cluster = cluster(root)) {
      awaitAgreed(cluster, 100);
      stopsAlone(cluster, cluster.follower().config().id());
    }
  }

  @Test
  void aLeaderThatDiffersStopsAndAnotherLeads(@TempDir Path root) throws IOException {
    try (TestCluster cluster = cluster(root)) {
      stopsAlone(cluster, cluster.leader().config().id());
    }
  }

  @Test
  void withoutAMajorityAllStop(@TempDir Path root) throws IOException {
    try (TestCluster cluster = cluster(root)) {
      corrupt(cluster, "r1", "x");
      corrupt(cluster, "r2", "y");
      allStop(cluster, List.of("r1", "r2", "r3"));
    }
  }

  @Test
  void twoThatDifferStopWhenTheThirdIsDead(@TempDir Path root) throws IOException {
    try (TestCluster cluster = cluster(root)) {
      cluster.stop("r3");
      corrupt(cluster, "r1", "x");
      long sequence = cluster.leader().status().sequence();
      loadUntil(
          cluster, "three reports", () -> cluster.leader().status().sequence() >= sequence + 400);
      assertFalse(stopped(cluster, "r1") || stopped(cluster, "r2"), "impatient");
      now.addAndGet(OFTEN.patience().toMillis());
      allStop(cluster, List.of("r1", "r2"));
    }
  }

  @Test
  void aReplicaJudgesAfterARestart(@TempDir Path root) throws IOException {
    try (TestCluster cluster = cluster(root)) {
      awaitAgreed(cluster, 100);
      String id = cluster.follower().config().id();
      cluster.stop(id);
      cluster.start(id);
      awaitAgreed(cluster, cluster.leader().status().sequence() + 100);
      stopsAlone(cluster, id);
    }
  }

  @Test
  void reportsAloneNeverReachTheNextFixedSequence() {
    assertThrows(
        IllegalArgumentException.class,
        () -> OFTEN.withReportEvery(GuardPolicy.LEAST_REPORT_EVERY - 1));
  }
}
