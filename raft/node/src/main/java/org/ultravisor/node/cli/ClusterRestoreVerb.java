package org.ultravisor.node.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ultravisor.node.config.ConfigException;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.node.process.ReplicaProcess;
import org.ultravisor.raft.replica.Backup;
import org.ultravisor.raft.replica.Restoration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Founds a cluster from a backup. */
@Command(
    name = "restore",
    description = {
      "Found a new cluster that begins with a backup: format the founders' directories.",
      "Start the replicas afterwards."
    },
    mixinStandardHelpOptions = true)
final class ClusterRestoreVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @Parameters(paramLabel = "BACKUP", description = "A backup on this machine.")
  private Path backup = Path.of("");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      arity = "1..*",
      description = "The founders' configuration files, or those of this machine.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--as",
      paramLabel = "UUID",
      description = "The new cluster's name, as it was printed for the first founder.")
  private @Nullable UUID cluster;

  @Override
  public Integer call() throws CliFailure, ConfigException {
    List<NodeConfig> founders = read();
    UUID name = cluster == null ? UUID.randomUUID() : cluster;
    try {
      Backup restored = Backup.read(backup);
      for (NodeConfig founder : founders) {
        Restoration.found(backup, ReplicaProcess.replicaConfig(founder), name);
        output.err().println(founder.id() + " begins with it in " + founder.dataDirectory());
        output.err().flush();
      }
      BackupReport report = BackupReport.of(restored);
      if (output.json()) {
        output.printJson(report.json().put("restoredAs", name.toString()));
      } else {
        output.print(report.sentence());
        output.print("restored as cluster " + name);
      }
    } catch (IOException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
    sayWhoIsMissing(founders, name);
    return ExitCode.OK;
  }

  private List<NodeConfig> read() throws ConfigException, CliFailure {
    List<NodeConfig> founders = new ArrayList<>();
    for (Path file : files) {
      NodeConfig config = NodeConfig.read(file);
      if (config.join().isPresent()) {
        throw CliFailure.failed(
            file + " is that of a replica that joins: a restored cluster begins with founders");
      }
      if (!founders.isEmpty()
          && !new HashSet<>(config.replicas())
              .equals(new HashSet<>(founders.getFirst().replicas()))) {
        throw CliFailure.failed(
            "%s lists other founders than %s: all must list the same"
                .formatted(file, files.get(0)));
      }
      founders.add(config);
    }
    return founders;
  }

  private void sayWhoIsMissing(List<NodeConfig> done, UUID name) {
    Set<String> ids = done.stream().map(NodeConfig::id).collect(Collectors.toSet());
    List<String> missing =
        done.getFirst().replicas().stream()
            .map(NodeConfig.Member::id)
            .filter(id -> !ids.contains(id))
            .toList();
    if (!missing.isEmpty()) {
      output
          .err()
          .println(
              "Not restored yet: %s. Use 'ultravisor cluster restore BACKUP --as %s --config FILE'"
                  .formatted(String.join(", ", missing), name));
      output.err().flush();
    }
  }
}
