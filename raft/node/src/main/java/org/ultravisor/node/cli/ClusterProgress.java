package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.ultravisor.ledger.command.ChangeReport;
import org.ultravisor.ledger.command.client.Result;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Refusal;
import picocli.CommandLine.Option;

/**
 * Mixed into verbs that change the cluster: asks for the change, and again for the same one until
 * it is done, saying how far it is. Whoever is interrupted may ask again later.
 */
final class ClusterProgress {
  private static final Form<ChangeReport> REPORT = Forms.of(ChangeReport.class);
  private static final long PAUSE_MILLIS = 200;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description =
          "How long to wait for the change to be done (default: ${DEFAULT-VALUE}); it goes on"
              + " afterwards, and the same command waits again.")
  private int waitSeconds = 600;

  /** A question of a cluster. */
  @FunctionalInterface
  interface Question {
    CompletableFuture<ChangeReport> ask(Cluster cluster) throws CliFailure, InterruptedException;
  }

  /** Asks until it is done; the verb's exit code. */
  int run(Output output, ClusterOptions cluster, Question question)
      throws CliFailure, InterruptedException {
    try (Cluster connected = cluster.connect(output.terminal())) {
      return finish(output, await(output, question, connected));
    }
  }

  /**
   * As {@link #run}, for a change after which a replica is gone: the ledger, too, then counts it no
   * more, so that newer rules do not wait for it.
   */
  int runWithout(String gone, Output output, ClusterOptions cluster, Question question)
      throws CliFailure, InterruptedException {
    try (Cluster connected = cluster.connect(output.terminal())) {
      ChangeReport report = await(output, question, connected);
      if (report.state() == ChangeReport.State.DONE) {
        detach(gone, connected);
      }
      return finish(output, report);
    }
  }

  private static void detach(String gone, Cluster connected)
      throws CliFailure, InterruptedException {
    switch (connected.await(connected.client().submit(new Operation.DetachReplica(gone)))) {
      case Result.Committed _ -> {}
      case Result.Refused refused -> {
        if (refused.refusal().reason() != Refusal.REPLICA_NOT_FOUND) { // it served no host
          throw CliFailure.failed(
              "%s is no member any more, but the ledger still counts it (%s); the same command tries again"
                  .formatted(gone, Outcomes.sentence(refused.refusal())));
        }
      }
      case Result.Unknown unknown -> throw Cluster.unknown(unknown);
    }
  }

  private ChangeReport await(Output output, Question question, Cluster connected)
      throws CliFailure, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(waitSeconds).toNanos();
    String said = "";
    while (true) {
      ChangeReport report = connected.await(question.ask(connected));
      if (report.state() != ChangeReport.State.UNDER_WAY) {
        return report;
      }
      if (!report.message().equals(said)) {
        said = report.message();
        output.err().println(said);
        output.err().flush();
      }
      if (System.nanoTime() - deadline > 0) {
        throw CliFailure.unknown(
            "not done after %d s, and it goes on (%s); the same command waits again"
                .formatted(waitSeconds, said));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private static int finish(Output output, ChangeReport report) throws CliFailure {
    if (report.state() != ChangeReport.State.DONE) {
      throw CliFailure.failed(report.message());
    }
    if (output.json()) {
      JsonNode json = JsonText.tree(REPORT, report);
      output.printJson(json);
    } else {
      output.print(report.message());
    }
    return ExitCode.OK;
  }
}
