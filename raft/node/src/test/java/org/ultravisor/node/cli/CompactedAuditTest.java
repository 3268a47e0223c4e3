package org.ultravisor.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.codec.Fingerprint;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.Compaction;
import org.ultravisor.ledger.store.LedgerStore;
import org.ultravisor.ledger.store.StoreOptions;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** Audits of a stopped replica whose history is compacted through sequence 7. */
class CompactedAuditTest {
  private static final long THROUGH = 7;

  @TempDir Path root = Path.of("");
  private final Cli cli = new Cli(Map.of());
  private Compaction compaction = new Compaction(0, 0, new StateHash(0, 0), 0, "");
  private long requestId;

  @BeforeEach
  void writeAndStop() throws IOException {
    UUID group = new UUID(1, 2);
    Files.writeString(
        root.resolve("identity"),
        "ultravisor replica, format 1\nreplica r1\ngroup %s\npeer r1 127.0.0.1 1\n"
            .formatted(group));
    try (LedgerStore store =
        LedgerStore.open(
            root.resolve("store"), StoreOptions.DEFAULT.withIdentity(group.toString()))) {
      execute(store, Transaction.sessionless("host", new Operation.OpenSession(1)));
      execute(
          store,
          new Operation.AddMemory(new PageRange(0, 64), 0, MemoryType.DRAM, true),
          new Operation.CreatePartition("web", PartitionKind.GUEST, Limits.NONE));
      for (int page = 0; page < 8; page++) {
        execute(
            store,
            new Operation.AssignPages(
                "web", new PageRange(page, 1), Operation.ANY_GUEST_FRAME, Rights.ALL));
      }
      execute(store, new Operation.Compact(THROUGH));
      store.commit(1, 0);
      compaction = store.compaction().join().orElseThrow();
    }
    assertEquals(THROUGH, compaction.through());
    assertEquals(THROUGH - 1, compaction.dropped());
  }

  private void execute(LedgerStore store, Operation... operations) {
    requestId++;
    execute(store, new Transaction(1, requestId, requestId, "ops", List.of(), List.of(operations)));
  }

  private static void execute(LedgerStore store, Transaction transaction) {
    Outcome outcome =
        store.outcome(store.apply(1, Submission.local(transaction, Fingerprint.of(transaction))));
    assertTrue(outcome instanceof Outcome.Committed, outcome::toString);
  }

  private int audit(String... words) {
    return cli.run(
        Stream.concat(
                Stream.concat(Stream.of("audit"), Arrays.stream(words)),
                Stream.of("--dir", root.toString()))
            .toArray(String[]::new));
  }

  @Test
  void verifySaysWhereItBegan() throws IOException {
    assertEquals(ExitCode.OK, audit("verify"), cli.out + cli.err);
    assertTrue(
        cli.out.contains("the checkpoint at sequence 7; 6 leaves below it are known by hash only"),
        cli.out);
    assertTrue(cli.out.contains(compaction.commitment()), cli.out);
    assertEquals(ExitCode.OK, audit("verify", "--json"), cli.err);
    JsonNode found = new ObjectMapper().readTree(cli.out);
    assertEquals(11, found.get("leaves").asLong());
    assertEquals(4, found.get("committed").asLong());
    assertEquals(THROUGH, found.get("checkpoint").get("sequence").asLong());
    assertEquals(6, found.get("checkpoint").get("knownByHashOnly").asLong());
    assertEquals(compaction.commitment(), found.get("checkpoint").get("commitment").asText());
  }

  @Test
  void logBeginsAtTheCheckpoint() {
    assertEquals(ExitCode.OK, audit("log"), cli.err);
    assertEquals(1 + 5, cli.out.lines().count(), cli.out);
    assertEquals(ExitCode.FAILED, audit("log", "--from", "6"));
    assertTrue(cli.err.contains("the first that can be read and replayed is 7"), cli.err);
  }

  @Test
  void replayAndOwnerNameTheFirstSequence() {
    assertEquals(ExitCode.OK, audit("replay", "--to", "7"), cli.err);
    assertTrue(cli.out.contains(compaction.stateHash().toString()), cli.out);
    assertEquals(ExitCode.FAILED, audit("replay", "--to", "6"));
    assertTrue(cli.err.contains("the first sequence that can be replayed is 7"), cli.err);
    assertEquals(ExitCode.OK, audit("owner", "--page", "4", "--at", "7"), cli.err);
    assertTrue(cli.out.contains("owned by web"), cli.out);
    assertEquals(ExitCode.OK, audit("owner", "--page", "5", "--at", "7"), cli.err);
    assertTrue(cli.out.contains("free in cell 0"), cli.out);
    assertEquals(ExitCode.FAILED, audit("owner", "--page", "4", "--at", "6"));
    assertTrue(cli.err.contains("the first sequence that can be replayed is 7"), cli.err);
  }
}
