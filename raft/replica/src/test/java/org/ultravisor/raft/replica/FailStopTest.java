package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.raft.replica.ReplicaStatus.LifeCycle;

/**
 * A replica that cannot apply an entry stops; the others go on, and it comes back by restarting.
 */
final class FailStopTest {
  private static final TestRequests requests = new TestRequests();
  private static TestCluster cluster;

  @BeforeAll
  static void start(@TempDir Path root) throws IOException {
    cluster = new TestCluster(root, 3, config -> config);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void anErrorWhileApplyingStopsTheReplicaAndOnlyIt() throws IOException {
    cluster.submit(requests.sessionless());
    Replica broken = cluster.leader();
    String id = broken.config().id();
    IllegalStateException planted = new IllegalStateException("planted fault");
    cluster.heard(id).fault =
        () -> {
          throw planted;
        };
    CompletionException e =
        assertThrows(
            CompletionException.class,
            () -> broken.submit(Principal.LOCAL, requests.sessionless()).join());
    assertInstanceOf(OutcomeUnknownException.class, e.getCause());
    Await.until("the report", () -> !cluster.heard(id).failures.isEmpty());
    assertEquals(List.of(planted), cluster.heard(id).failures);
    assertEquals(LifeCycle.FAILED, broken.status().lifeCycle());
    assertInstanceOf(
        ReplicaStoppedException.class,
        assertThrows(
                CompletionException.class,
                () -> broken.submit(Principal.LOCAL, requests.sessionless()).join())
            .getCause());
    assertThrows(ReplicaStoppedException.class, () -> broken.readStale(LedgerReader::sequence));
    assertThrows(CompletionException.class, () -> broken.read(LedgerReader::sequence).join());

    cluster.heard(id).fault = () -> {};
    cluster.stop(id);
    cluster.submit(requests.sessionless());
    cluster.start(id);
    cluster.awaitEqual();
    assertEquals(List.of(planted), cluster.heard(id).failures);
  }
}
