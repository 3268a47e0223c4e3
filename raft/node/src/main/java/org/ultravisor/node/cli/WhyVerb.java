package org.ultravisor.node.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.core.PendingInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says why something is not there yet. */
@Command(
    name = "why",
    description = "Say what a partition waits for, and what can be done about it.",
    mixinStandardHelpOptions = true)
final class WhyVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "PARTITION", description = "Its name.")
  private String name = "";

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    List<PendingInfo> steps;
    try (Cluster connected = cluster.connect(output.terminal())) {
      steps = of(connected, name);
    }
    if (output.json()) {
      output.printJson(JsonText.tree(Forms.listOf(PendingInfo.class), steps));
    } else if (steps.isEmpty()) {
      output.print("Everything of %s is there.".formatted(name));
    } else {
      output.print(Pending.table(steps));
    }
    return ExitCode.OK;
  }

  static List<PendingInfo> of(Cluster connected, String name)
      throws CliFailure, InterruptedException {
    return connected
        .answer(connected.client().pending(name, Consistency.LINEARIZABLE))
        .orElseThrow(() -> notFound("partition", name));
  }

  static CliFailure notFound(Object what, String name) {
    return CliFailure.failed(
        "no %s is named '%s'; 'ultravisor get partitions' lists them".formatted(what, name));
  }
}
