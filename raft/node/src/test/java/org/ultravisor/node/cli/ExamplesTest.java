package org.ultravisor.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.command.json.TransactionJson;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Transaction;

/** The transactions of docs/examples, submitted in order to a ledger, all committed. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../../docs/examples");

  /** What programs say rather than people; the guide to the language shows their fields. */
  private static final Set<String> PROGRAMS =
      Set.of(
          "AttachReplica",
          "AttachHost",
          "AttachMonitor",
          "AcknowledgeView",
          "FenceMonitor",
          "RecordScrub",
          "OpenSession",
          "AdministerCluster",
          "AnnounceRules",
          "DetachReplica",
          "ActivateRules",
          "ReportState",
          "Compact");

  @Test
  void allAreCommitted() throws IOException {
    try (FakeCluster cluster = new FakeCluster()) {
      Cli cli = new Cli(Map.of());
      for (Path file : examples()) {
        assertEquals(
            ExitCode.OK,
            cli.run("submit", file.toString(), "--cluster", cluster.address()),
            () -> file + "\n" + cli.out + cli.err);
        assertFalse(cli.out.contains("refused"), cli.out);
        if (file.endsWith("04-loans.yaml")) {
          lookAround(cli, cluster.address());
        }
      }
    }
  }

  /** While something is lent, shared and carried by channels. */
  private static void lookAround(Cli cli, String cluster) {
    assertEquals(ExitCode.OK, cli.run("get", "loans", "--cluster", cluster), cli.err);
    assertTrue(cli.out.contains("batch r held at guest frame 4096, io-1 rw offered"), cli.out);
    assertEquals(ExitCode.OK, cli.run("get", "channels", "--cluster", cluster), cli.err);
    assertTrue(cli.out.contains("web-net-1  OPEN"), cli.out);
    assertEquals(
        ExitCode.OK, cli.run("describe", "partition", "web", "--cluster", cluster), cli.err);
    assertTrue(cli.out.contains("Loans:") && cli.out.contains("Channels:"), cli.out);
    assertTrue(cli.out.contains("network  io-1    yes"), cli.out);
    assertEquals(ExitCode.OK, cli.run("get", "services", "--cluster", cluster), cli.err);
    assertTrue(cli.out.contains("network        020000  io-1, io-2"), cli.out);
    assertEquals(ExitCode.OK, cli.run("get", "promises", "--cluster", cluster), cli.err);
    assertTrue(cli.out.contains("web        network"), cli.out);
    assertEquals(ExitCode.OK, cli.run("why", "io-1", "--cluster", cluster), cli.err);
    assertTrue(cli.out.contains("submit RetrievePages"), cli.out);
  }

  @Test
  void everyOperationIsShown() throws IOException {
    Set<String> shown = new TreeSet<>(PROGRAMS);
    for (Path file : examples()) {
      for (Transaction transaction : TransactionJson.parseAllYaml(Files.readAllBytes(file))) {
        transaction.operations().forEach(op -> shown.add(op.getClass().getSimpleName()));
      }
    }
    Set<String> all = new TreeSet<>();
    for (Class<?> operation : Operation.class.getPermittedSubclasses()) {
      all.add(operation.getSimpleName());
    }
    assertEquals(all, shown);
  }

  private static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return new ArrayList<>(files.sorted().toList());
    }
  }
}
