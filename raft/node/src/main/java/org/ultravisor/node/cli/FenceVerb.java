package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says, without evidence, that a monitor is gone. */
@Command(
    name = "fence",
    description = {
      "Say that a partition's monitor and its guest are gone.",
      "Nobody checks it: the guarantee is void for pages that they may still use, and the audit log"
          + " says so. A monitor that died is fenced by the host agent, without any command."
    },
    mixinStandardHelpOptions = true)
final class FenceVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "MONITOR", description = "Its partition's name.")
  private String partition = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "For the audit log: how you know.")
  private String reason = "";

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    try (Cluster connected = cluster.connect(output.terminal())) {
      PartitionInfo info =
          connected
              .answer(connected.client().partition(partition, Consistency.LINEARIZABLE))
              .orElseThrow(
                  () ->
                      CliFailure.failed(
                          "no partition is named '%s'; 'ultravisor get monitors' lists the attached"
                                  .formatted(partition)
                              + " monitors"));
      if (info.monitorIncarnation() == 0) {
        throw CliFailure.failed("partition '" + partition + "' has no monitor attached");
      }
      return fence(connected, info.monitorIncarnation());
    }
  }

  private int fence(Cluster connected, long incarnation) throws CliFailure, InterruptedException {
    Operation operation;
    try {
      operation = new Operation.FenceMonitor(partition, incarnation, false, reason);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
    say(connected.commit(operation).sequence(), incarnation);
    return ExitCode.OK;
  }

  private void say(long sequence, long incarnation) {
    if (output.json()) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("partition", partition).put("incarnation", incarnation).put("sequence", sequence);
      output.printJson(node);
    } else {
      output.print(
          "Monitor incarnation %d of %s is fenced, without evidence, by leaf %d."
              .formatted(incarnation, partition, sequence));
    }
  }
}
