package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The cluster as such. */
@Command(
    name = "cluster",
    description = "The replicas of a cluster.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB",
    subcommands = {
      ClusterVerb.Status.class,
      ClusterConfigVerb.class,
      ClusterChangeVerbs.Add.class,
      ClusterChangeVerbs.Remove.class,
      ClusterChangeVerbs.Replace.class,
      ClusterChangeVerbs.Transfer.class,
      ClusterSnapshotVerb.class,
      ClusterBackupVerb.class,
      ClusterRestoreVerb.class,
      ClusterRulesVerb.class,
      CertsVerb.class
    })
final class ClusterVerb implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "Say what: cluster status, config, add, remove, replace, transfer, snapshot,"
            + " backup, restore, activate-rules or certs.");
  }

  /** Each replica: its part, how far it is, its hashes. */
  @Command(
      name = "status",
      description = "Show each replica's role, sequence, log root and state hash.",
      mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {
    private static final int HASH_SHOWN = 12;

    @Mixin private final Output output = new Output();
    @Mixin private final ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() throws CliFailure, InterruptedException {
      List<Cluster.Replica> replicas;
      try (Cluster connected = cluster.connect(output.terminal())) {
        replicas = connected.statuses();
      }
      boolean led = replicas.stream().anyMatch(Status::leads);
      boolean all = replicas.stream().allMatch(replica -> replica.status().isPresent());
      if (output.json()) {
        output.printJson(toJson(replicas));
      } else {
        clusters(replicas).forEach(cluster -> output.print("cluster " + cluster));
        output.print(table(replicas));
        replicas.stream()
            .filter(replica -> !replica.problem().isEmpty())
            .forEach(r -> output.err().println(r.address().getAuthority() + ": " + r.problem()));
        if (!led) {
          output.err().println("No replica named here leads now: writes wait.");
        }
        output.err().flush();
      }
      return led && all ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Which clusters they belong to: one, unless replicas of several were named. */
    private static List<String> clusters(List<Cluster.Replica> replicas) {
      return replicas.stream()
          .flatMap(replica -> replica.status().stream())
          .map(ClusterStatus::cluster)
          .distinct()
          .toList();
    }

    private static boolean leads(Cluster.Replica replica) {
      return replica.status().filter(s -> s.role().equals("LEADER") && s.ready()).isPresent();
    }

    private static Table table(List<Cluster.Replica> replicas) {
      Table table =
          new Table(
              "REPLICA",
              "ADDRESS",
              "ROLE",
              "STATE",
              "TERM",
              "SEQUENCE",
              "AGREED",
              "LOG ROOT",
              "STATE HASH");
      for (Cluster.Replica replica : replicas) {
        String address = replica.address().getAuthority();
        replica
            .status()
            .ifPresentOrElse(
                s ->
                    table.row(
                        s.replica(),
                        address,
                        s.role(),
                        s.lifeCycle(),
                        s.term(),
                        s.sequence(),
                        s.agreedSequence() == 0 ? "-" : s.agreedSequence(),
                        shortened(s.logRoot()),
                        shortened(s.stateHash().toString())),
                () -> table.row("?", address, "?", "UNREACHABLE", "-", "-", "-", "?", "?"));
      }
      return table;
    }

    private static String shortened(String hash) {
      return hash.length() <= HASH_SHOWN ? hash : hash.substring(0, HASH_SHOWN);
    }

    private static ObjectNode toJson(List<Cluster.Replica> replicas) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      ArrayNode array = root.putArray("replicas");
      for (Cluster.Replica replica : replicas) {
        ObjectNode node = array.addObject();
        node.put("address", replica.address().getAuthority());
        replica
            .status()
            .ifPresentOrElse(
                s -> node.set("status", JsonText.tree(Forms.of(ClusterStatus.class), s)),
                () -> node.put("problem", replica.problem()));
      }
      return root;
    }
  }
}
