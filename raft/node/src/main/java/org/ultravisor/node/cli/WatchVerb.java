package org.ultravisor.node.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.command.client.LeafListener;
import org.ultravisor.ledger.command.client.Watch;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.command.json.TransactionJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the audit log as it grows. */
@Command(
    name = "watch",
    description = "Show transactions as they are executed, refused ones too, until Ctrl-C.",
    mixinStandardHelpOptions = true)
final class WatchVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--from",
      paramLabel = "SEQUENCE",
      description = "Begin with this one (default: the next that comes).")
  private long from;

  @Option(names = "--count", paramLabel = "N", description = "End after so many.")
  private long count = Long.MAX_VALUE;

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    if (from < 0 || count < 1) {
      throw CliFailure.usage("--from and --count must be positive");
    }
    try (Cluster connected = cluster.connect(output.terminal())) {
      long first = from > 0 ? from : LiveLeaves.of(connected).end().sequence() + 1;
      Printer printer = new Printer();
      try (Watch watch = connected.client().watch(first, printer)) {
        var _ = watch.ended().whenComplete((nothing, failure) -> printer.end.countDown());
        printer.end.await();
        CompletableFuture<Void> ended = watch.ended().toCompletableFuture();
        if (ended.isCompletedExceptionally()) {
          throw CliFailure.failed(String.valueOf(ended.exceptionNow().getMessage()));
        }
      }
    }
    return ExitCode.OK;
  }

  /** Prints each leaf, on the client's thread. */
  private final class Printer implements LeafListener {
    final CountDownLatch end = new CountDownLatch(1);
    private long printed;

    @Override
    public void leaf(LeafView leaf) {
      if (printed == count) {
        return;
      }
      if (output.json()) {
        output.printJson(JsonText.tree(TransactionJson.LEAF, leaf));
      } else {
        output.print(Leaves.line(leaf));
      }
      if (++printed == count) {
        end.countDown();
      }
    }

    @Override
    public void interrupted(String why) {
      output.err().println("resuming: " + why);
      output.err().flush();
    }
  }
}
