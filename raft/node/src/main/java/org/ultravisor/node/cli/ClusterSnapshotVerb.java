package org.ultravisor.node.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.SnapshotReport;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Snapshots now, not when they are due. */
@Command(
    name = "snapshot",
    description = "Take a snapshot on a replica, or on all, and cut its log, while work goes on.",
    mixinStandardHelpOptions = true)
final class ClusterSnapshotVerb implements Callable<Integer> {
  private static final Form<SnapshotReport> REPORT = Forms.of(SnapshotReport.class);

  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "ID", arity = "0..1", description = "Which one (default: all).")
  private String id = "";

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    List<SnapshotReport> taken = new ArrayList<>();
    try (Cluster connected = cluster.connect(output.terminal())) {
      for (URI address : addresses(connected)) {
        taken.add(connected.await(connected.client().snapshot(address)));
      }
    }
    Table table = new Table("REPLICA", "LOG ENTRY");
    for (SnapshotReport report : taken) {
      if (output.json()) {
        output.printJson(JsonText.tree(REPORT, report));
      }
      table.row(report.replica(), report.index());
    }
    if (!output.json()) {
      output.print(table);
    }
    return ExitCode.OK;
  }

  private List<URI> addresses(Cluster connected) throws CliFailure, InterruptedException {
    List<Cluster.Replica> known =
        connected.statuses().stream().filter(replica -> replica.status().isPresent()).toList();
    List<URI> chosen =
        known.stream()
            .filter(
                replica ->
                    id.isEmpty()
                        || replica.status().filter(s -> s.replica().equals(id)).isPresent())
            .map(Cluster.Replica::address)
            .toList();
    if (chosen.isEmpty()) {
      throw CliFailure.failed(
          id.isEmpty()
              ? "no replica answers; 'ultravisor cluster status' says more"
              : "no replica %s answers; 'ultravisor cluster status' shows who does".formatted(id));
    }
    return chosen;
  }
}
