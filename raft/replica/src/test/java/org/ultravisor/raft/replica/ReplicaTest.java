package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;

/** Three replicas, nothing broken for long: order, answers, reads, leaders that come and go. */
final class ReplicaTest {
  private static TestCluster cluster;
  private static final TestRequests requests = new TestRequests();

  @BeforeAll
  static void start(@TempDir Path root) throws IOException {
    cluster = new TestCluster(root, 3, config -> config);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void nothingFailed() {
    for (Peer peer : cluster.peers()) {
      assertEquals(List.of(), cluster.heard(peer.id()).failures);
    }
  }

  @Test
  void commitsInOrderAndEveryReplicaHasTheSameState() {
    Replica leader = cluster.leader();
    long before = leader.status().sequence();
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      answers.add(leader.submit(Principal.LOCAL, requests.sessionless()));
    }
    Set<Long> sequences = new HashSet<>();
    for (CompletableFuture<Outcome> answer : answers) {
      Outcome.Committed committed = assertInstanceOf(Outcome.Committed.class, answer.join());
      assertTrue(sequences.add(committed.sequence()));
    }
    assertEquals(before + 1000, leader.status().sequence());
    cluster.awaitEqual();
    long entries = leader.status().appliedIndex();
    assertTrue(entries < 900, "1000 transactions share entries; applied index " + entries);
  }

  @Test
  void aFollowerReadsWhatWasAcknowledgedBeforeTheRead() {
    for (int i = 0; i < 20; i++) {
      long sequence = cluster.submit(requests.sessionless()).sequence();
      long read = cluster.follower().read(LedgerReader::sequence).join();
      assertTrue(read >= sequence, "read %d after %d was acknowledged".formatted(read, sequence));
    }
    long sequence = cluster.submit(requests.sessionless()).sequence();
    assertTrue(cluster.leader().read(LedgerReader::sequence).join() >= sequence);
  }

  @Test
  void aFollowerRefusesAndNamesTheLeader() {
    Replica leader = cluster.leader();
    CompletionException e =
        assertThrows(
            CompletionException.class,
            () -> cluster.follower().submit(Principal.LOCAL, requests.sessionless()).join());
    NotLeaderException refusal = assertInstanceOf(NotLeaderException.class, e.getCause());
    assertTrue(refusal.definite());
    assertEquals(leader.config().id(), refusal.leaderId().orElseThrow());
  }

  @Test
  void leadershipMovesOnRequest() {
    Replica old = cluster.leader();
    String next = cluster.follower().config().id();
    old.transferLeadership(next).join();
    Await.until("the new leader " + next, () -> cluster.get(next).status().leaderReady());
    assertTrue(cluster.heard(next).leads);
    assertFalse(cluster.heard(old.config().id()).leads);
    assertEquals(2, cluster.get(next).status().peers().size());
  }

  @Test
  void aReplicaThatWasAwayCatchesUp() throws IOException {
    cluster.submit(requests.sessionless());
    String away = cluster.follower().config().id();
    cluster.stop(away);
    for (int i = 0; i < 50; i++) {
      cluster.submit(requests.sessionless());
    }
    cluster.start(away);
    cluster.awaitEqual();
    List<Long> sequences = cluster.heard(away).sequences;
    assertEquals(sequences.stream().distinct().toList(), sequences, "applied twice");
  }

  @Test
  void aRequestIsExecutedOnceAcrossLeaders() throws IOException {
    cluster.submit(requests.sessionless());
    Replica first = cluster.leader();
    Transaction request = requests.createPartition(requests.openSession(cluster), 1);
    Outcome answer = cluster.submit(request);
    String old = first.config().id();
    cluster.stop(old);
    assertEquals(answer, cluster.submit(request));
    cluster.start(old);
    cluster.awaitEqual();
    cluster.leader().transferLeadership(old).join();
    Await.until("the first leader leads again", () -> cluster.get(old).status().leaderReady());
    assertEquals(answer, cluster.submit(request));
  }

  @Test
  void withoutAQuorumTheOutcomeIsUnknownUntilItIsAskedForAgain() throws IOException {
    long session = requests.openSession(cluster);
    Replica leader = cluster.leader();
    List<String> others =
        cluster.peers().stream()
            .map(Peer::id)
            .filter(id -> !id.equals(leader.config().id()))
            .toList();
    assertTrue(leader.read(LedgerReader::sequence).join() > 0);
    cluster.awaitEqual();
    for (String other : others) {
      cluster.stop(other);
    }
    // It still leads, as far as it knows; a read must not trust that.
    CompletableFuture<Long> read = leader.read(LedgerReader::sequence);
    Transaction request = requests.createPartition(session, 1);
    CompletableFuture<Outcome> open = leader.submit(Principal.LOCAL, request);
    assertThrows(CompletionException.class, read::join);
    CompletionException e = assertThrows(CompletionException.class, open::join);
    assertInstanceOf(OutcomeUnknownException.class, e.getCause());
    long before = leader.readStale(LedgerReader::sequence);
    for (String other : others) {
      cluster.start(other);
    }
    Outcome answer = cluster.submit(request);
    assertInstanceOf(Outcome.Committed.class, answer);
    assertEquals(answer, cluster.submit(request));
    assertEquals(before + 1, cluster.leader().readStale(LedgerReader::sequence));
    cluster.awaitEqual();
  }
}
