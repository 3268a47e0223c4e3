package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.ultravisor.ledger.command.ChangeReport;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Mixed into verbs that change the cluster: asks for the change, and again for the same one until
 * it is done, saying how far it is. Whoever is interrupted may ask again later.
 */
final class ClusterProgress {
  private static final Form<ChangeReport> REPORT = Forms.of(ChangeReport.class);
  private static final long PAUSE_MILLIS = 200;

  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

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
  int run(Question question) throws CliFailure, InterruptedException {
    try (Cluster connected = cluster.connect(output.terminal())) {
      return run(question, connected);
    }
  }

  /** Prints what needs no question. */
  void print(BackupReport report) {
    if (output.json()) {
      output.printJson(report.json());
    } else {
      output.print(report.sentence());
    }
  }

  private int run(Question question, Cluster connected) throws CliFailure, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(waitSeconds).toNanos();
    String said = "";
    while (true) {
      ChangeReport report = connected.await(question.ask(connected));
      if (report.state() != ChangeReport.State.UNDER_WAY) {
        return finish(report);
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

  private int finish(ChangeReport report) throws CliFailure {
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
