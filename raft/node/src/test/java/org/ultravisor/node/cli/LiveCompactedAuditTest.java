package org.ultravisor.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.command.CheckpointPage;
import org.ultravisor.ledger.command.client.ClientOptions;
import org.ultravisor.ledger.command.client.LedgerClient;
import org.ultravisor.ledger.command.client.Result;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.node.local.FreePorts;
import org.ultravisor.node.process.ReplicaProcess;

/**
 * Audits of a running replica whose history is compacted: the checkpoint comes over the channel.
 */
class LiveCompactedAuditTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path root = Path.of("");
  private final Cli cli = new Cli(Map.of());
  private String address = "";

  @Test
  void theCheckpointIsFetchedAndReplayedFrom() throws Exception {
    List<Integer> ports = FreePorts.find(2);
    NodeConfig config =
        new NodeConfig(
            "r1",
            List.of(new NodeConfig.Member("r1", "127.0.0.1", ports.get(0), ports.get(1))),
            root.resolve("r1"),
            new NodeConfig.Host("h", 0, root.resolve("host")),
            new NodeConfig.Election(500, 1000));
    try (ReplicaProcess replica = ReplicaProcess.start(config);
        LedgerClient client =
            LedgerClient.of(ClientOptions.of(List.of(replica.address()), "test"))) {
      address = replica.address().getAuthority();
      assertEquals(Optional.empty(), client.checkpoint("").get().value());
      long through = 0;
      for (int i = 0; i < 10; i++) {
        through =
            commit(
                client, new Operation.CreatePartition("p" + i, PartitionKind.GUEST, Limits.NONE));
      }
      commit(client, new Operation.Compact(through));
      awaitCheckpoint(client, through);

      assertEquals(ExitCode.OK, audit("verify"), cli.out + cli.err);
      assertTrue(cli.out.contains("the checkpoint at sequence " + through + ";"), cli.out);
      assertEquals(ExitCode.OK, audit("log"), cli.err);
      assertTrue(cli.out.contains("Compact"), cli.out);
      assertEquals(ExitCode.OK, audit("replay", "--to", Long.toString(through)), cli.err);
      assertTrue(cli.out.contains("p9"), cli.out);
      assertEquals(ExitCode.FAILED, audit("replay", "--to", "1"));
      assertTrue(
          cli.err.contains("the first sequence that can be replayed is " + through), cli.err);
      assertEquals(ExitCode.FAILED, cli.run("watch", "--from", "1", "--cluster", address));
      assertTrue(
          cli.err.contains("the first that can be read and replayed is " + through), cli.err);
    }
  }

  private static long commit(LedgerClient client, Operation operation) throws Exception {
    return assertInstanceOf(Result.Committed.class, client.submit(operation).get()).sequence();
  }

  /** A replica compacts in the background, a moment after it has said that it will. */
  private static void awaitCheckpoint(LedgerClient client, long through) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Optional<CheckpointPage> found = Optional.empty();
    while (found.isEmpty()) {
      assertTrue(System.nanoTime() < deadline, "no checkpoint comes");
      found = client.checkpoint("").get().value();
    }
    assertEquals(through, found.get().through());
  }

  private int audit(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "audit";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--cluster";
    all[words.length + 2] = address;
    return cli.run(all);
  }
}
