package org.ultravisor.node.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.BackupRequest;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.raft.replica.Backup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies the ledger while the cluster works. */
@Command(
    name = "backup",
    description = {
      "Copy the ledger to a directory on a replica's machine, online; or check a backup.",
      "It holds everything acknowledged before."
    },
    mixinStandardHelpOptions = true)
final class ClusterBackupVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ClusterProgress progress = new ClusterProgress();

  @Parameters(paramLabel = "DIRECTORY", description = "Empty or missing; with --verify, a backup.")
  private Path directory = Path.of("");

  @Option(
      names = "--replica",
      paramLabel = "ID",
      description = "Who copies, on its machine (default: one that does not lead).")
  private String replica = "";

  @Option(
      names = "--verify",
      description = "Compare the files of a backup on this machine with what it says of itself.")
  private boolean verify;

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    if (verify) {
      return verify();
    }
    BackupRequest request = new BackupRequest(directory.toAbsolutePath().normalize().toString());
    URI[] chosen = new URI[1];
    return progress.run(
        output,
        cluster,
        asked -> {
          chosen[0] = chosen[0] == null ? choose(asked) : chosen[0];
          return asked.client().backup(chosen[0], request);
        });
  }

  private URI choose(Cluster connected) throws CliFailure, InterruptedException {
    List<Cluster.Replica> alive =
        connected.statuses().stream().filter(r -> r.status().isPresent()).toList();
    return alive.stream()
        .filter(r -> replica.isEmpty() || status(r).replica().equals(replica))
        .min(
            Comparator.comparing((Cluster.Replica r) -> status(r).role().equals("LEADER"))
                .thenComparing(r -> status(r).replica()))
        .map(Cluster.Replica::address)
        .orElseThrow(
            () ->
                CliFailure.failed(
                    "no such replica answers; 'ultravisor cluster status' shows who does"));
  }

  private static ClusterStatus status(Cluster.Replica replica) {
    return replica.status().orElseThrow();
  }

  private int verify() throws CliFailure {
    try {
      Backup backup = Backup.read(directory);
      backup.verify(directory);
      BackupReport report = BackupReport.of(backup);
      if (output.json()) {
        output.printJson(report.json());
      } else {
        output.print(report.sentence());
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }
}
