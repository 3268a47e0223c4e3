package org.ultravisor.node.cli;

import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.RequestReport;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.core.RequestStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Did it happen? */
@Command(
    name = "status",
    description = "Say what became of a request.",
    mixinStandardHelpOptions = true)
final class StatusVerb implements Callable<Integer> {
  private static final Form<RequestReport> REPORT = Forms.of(RequestReport.class);

  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(index = "0", paramLabel = "SESSION", description = "As the ledger issued it.")
  private long session;

  @Parameters(index = "1", paramLabel = "REQUEST", description = "The request's id in it.")
  private long request;

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    RequestReport report;
    try (Cluster connected = cluster.connect(output.terminal())) {
      report = connected.answer(connected.client().requestStatus(session, request));
    }
    if (output.json()) {
      output.printJson(JsonText.tree(REPORT, report));
    } else {
      output.print(sentence(report));
    }
    return ExitCode.OK;
  }

  private static String sentence(RequestReport report) {
    return switch (report.status()) {
      case RequestStatus.Answered answered ->
          report
              .outcome()
              .map(Outcomes::sentence)
              .orElse("It was executed: leaf " + answered.sequence() + " has its outcome.");
      case RequestStatus.NotSeen() -> "It has not been executed.";
      case RequestStatus.Forgotten() ->
          "The client said that it no longer wants the answer; the audit log has it.";
      case RequestStatus.SessionExpired() ->
          "The session is not open: never issued, or expired. The audit log has what happened.";
    };
  }
}
