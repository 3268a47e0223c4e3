package org.ultravisor.node.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.mapping.PageRange;

/** Three processes are restarted one after the other under load, as docs/operations.md says. */
class RollingRestartIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void noRequestFails() throws Exception {
    try (Directories places = Directories.create("rolling");
        LocalCluster cluster = LocalCluster.start(places, LocalOptions.forShortRuns(3))) {
      List<Outcome> answers;
      try (ClusterClient client =
          ClusterClient.connect(cluster.commandAddresses(), "rolling", PATIENCE)) {
        client.commit(
            List.of(
                new Operation.AddMemory(new PageRange(0, 1 << 16), 0, MemoryType.DRAM, true),
                new Operation.CreatePartition("p", PartitionKind.GUEST, Limits.NONE)));
        try (Load load = Load.start(client, "p", List.of(0), 2)) {
          for (String id : cluster.ids()) {
            restart(cluster, client, load, id);
          }
          load.stop(); // throws if any request was not answered
          answers = load.acknowledged().stream().map(Acknowledged::outcome).toList();
        }
      }
      for (String id : cluster.ids()) {
        cluster.stop(id);
      }
      AuditCheck audit = AuditCheck.of(cluster.dataDirectories(), answers);
      assertTrue(audit.verified(), audit.problem());
      assertEquals(0, audit.lost());
      assertEquals(
          answers.size(), answers.stream().map(Outcome::sequence).distinct().count(), "once each");
    }
  }

  private static void restart(LocalCluster cluster, ClusterClient client, Load load, String id)
      throws Exception {
    assertEquals(0, exitCode(cluster.stop(id)), id + " ends in order");
    cluster.startReplica(id);
    int before = load.count();
    Waiting.until(
        id + " follows again and the load goes on",
        PATIENCE,
        () -> load.count() > before + 10 && follows(cluster, client, id));
    load.requireRunning();
  }

  /** A JVM that SIGTERM ended says 143; that its hooks ran to the end is what counts. */
  private static int exitCode(int code) {
    return code == 143 ? 0 : code;
  }

  private static boolean follows(LocalCluster cluster, ClusterClient client, String id)
      throws InterruptedException {
    try {
      ClusterStatus own = client.status(cluster.commandAddress(id));
      return own.ready() && own.appliedIndex() >= own.commitIndex() - 100;
    } catch (IOException e) {
      return false; // it does not listen yet
    }
  }
}
