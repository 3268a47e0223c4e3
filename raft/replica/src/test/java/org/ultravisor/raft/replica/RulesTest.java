package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.Transaction;

/**
 * A rolling upgrade to a program that knows newer rules: nobody decides by them before all know
 * them, and one that does not know them stops before it decides anything.
 */
final class RulesTest {
  private static final int OLD = 1;
  private static final int NEW = 2;

  private final TestRequests requests = new TestRequests();
  private long session;
  private long request;
  private long nonce;

  private Outcome submit(TestCluster cluster, Operation operation) {
    return cluster.submit(Transaction.of(session, ++request, "test", List.of(operation)));
  }

  /** Starts a replica's program anew, and attaches it, as its host's side does. */
  private void restart(TestCluster cluster, String id, int rules) throws IOException {
    cluster.stop(id);
    cluster.start(id, rules);
    attach(cluster, id);
    if (rules != OLD) {
      awaitAnnounced(cluster, id, rules);
    }
  }

  private void attach(TestCluster cluster, String id) {
    cluster.submit(Transaction.sessionless(id, new Operation.AttachReplica(id, ++nonce)));
  }

  private static void awaitAnnounced(TestCluster cluster, String id, int rules) {
    Await.until(
        id + " announces rules " + rules,
        () -> cluster.leader().readStale(state -> state.rulesKnownTo(id)) == rules);
  }

  private static String text(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      text.append(each.getMessage()).append('\n');
    }
    return text.toString();
  }

  @Test
  void newerRulesDecideWhenAllKnowThem(@TempDir Path root) throws IOException {
    try (TestCluster cluster = new TestCluster(root, 3, config -> config)) {
      session = requests.openSession(cluster);
      for (String id : List.of("r1", "r2", "r3")) {
        attach(cluster, id);
      }
      restart(cluster, "r1", NEW);
      restart(cluster, "r2", NEW);
      Outcome.Refused refused =
          assertInstanceOf(
              Outcome.Refused.class, submit(cluster, new Operation.ActivateRules(NEW)));
      assertEquals(Refusal.RULES_UNKNOWN, refused.reason());
      assertEquals("version 2; replica 'r3' knows 1", refused.detail());

      restart(cluster, "r3", NEW);
      assertInstanceOf(Outcome.Committed.class, submit(cluster, new Operation.ActivateRules(NEW)));
      cluster.awaitEqual();
      assertEquals(NEW, cluster.follower().readStale(LedgerReader::rulesVersion));

      cluster.stop("r3");
      IOException old = assertThrows(IOException.class, () -> cluster.start("r3", OLD));
      assertTrue(text(old).contains("this program knows rules up to 1"), text(old));
      assertTrue(text(old).contains("start replica r3 again"), text(old));
      cluster.start("r3", NEW);
      cluster.awaitEqual();
    }
  }

  @Test
  void aReplicaThatMeetsRulesThatItDoesNotKnowStops(@TempDir Path root) throws IOException {
    try (TestCluster cluster = new TestCluster(root, 3, config -> config)) {
      session = requests.openSession(cluster);
      for (String id : List.of("r1", "r2", "r3")) {
        attach(cluster, id);
      }
      restart(cluster, "r1", NEW);
      restart(cluster, "r2", NEW);
      cluster.awaitEqual();
      long before = cluster.get("r3").status().sequence();
      assertInstanceOf(Outcome.Committed.class, submit(cluster, new Operation.DetachReplica("r3")));
      long activated = submit(cluster, new Operation.ActivateRules(NEW)).sequence();
      cluster.submit(requests.sessionless());

      Await.until("r3 stops", () -> !cluster.heard("r3").failures.isEmpty());
      String said = text(cluster.heard("r3").failures.getFirst());
      assertTrue(said.contains("the ledger decides by rules 2 from sequence " + (activated + 1)));
      assertTrue(said.contains("this program knows rules up to 1"), said);
      long reached = cluster.get("r3").status().sequence();
      assertTrue(before <= reached && reached < activated, "wrote " + reached);

      cluster.stop("r3");
      cluster.start("r3", NEW);
      cluster.awaitEqual();
    }
  }
}
