package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.ultravisor.ledger.core.Operation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The last step of a rolling upgrade. */
@Command(
    name = "activate-rules",
    description = {
      "Let every replica decide by newer rules, once all programs are new enough.",
      "Refused, naming those that are not, as long as a replica does not know them. Older programs"
          + " cannot follow the log afterwards."
    },
    mixinStandardHelpOptions = true)
final class ClusterRulesVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "VERSION", description = "Of the rules, as the release notes say.")
  private int version;

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    Operation operation;
    try {
      operation = new Operation.ActivateRules(version);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
    try (Cluster connected = cluster.connect(output.terminal())) {
      long sequence = connected.commit(operation).sequence();
      if (output.json()) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        output.printJson(node.put("version", version).put("sequence", sequence));
      } else {
        output.print(
            "The ledger decides by rules %d from leaf %d on.".formatted(version, sequence + 1));
      }
    }
    return ExitCode.OK;
  }
}
