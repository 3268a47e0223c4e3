package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.client.Result;
import org.ultravisor.ledger.command.json.BadRequest;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.command.json.TransactionJson;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Submits transactions and shows what became of them. */
@Command(
    name = "submit",
    description = "Submit transactions, written as JSON or YAML, and show their outcomes.",
    mixinStandardHelpOptions = true)
final class SubmitVerb implements Callable<Integer> {
  private static final String ANONYMOUS = "anonymous";

  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions options = new ClusterOptions();

  @Parameters(
      paramLabel = "FILE",
      description = "One transaction or a list of them; - reads standard input.")
  private String file = "";

  @Option(
      names = "--keep-going",
      description = "Go on with the next transaction after one that is refused or unknown.")
  private boolean keepGoing;

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    List<Transaction> transactions = read();
    // A session belongs to one issuer, as the audit log will say.
    Map<String, Cluster> clusters = new TreeMap<>();
    List<Result> results = new ArrayList<>();
    try {
      for (Transaction transaction : transactions) {
        Result result = submit(transaction, clusters);
        results.add(result);
        if (output.json()) {
          output.printJson(toJson(result));
        }
        if (!(result instanceof Result.Committed) && !keepGoing) {
          break;
        }
      }
    } finally {
      clusters.values().forEach(Cluster::close);
    }
    if (!output.json()) {
      print(results, transactions.size());
    }
    return exitCode(results);
  }

  private Result submit(Transaction transaction, Map<String, Cluster> clusters)
      throws CliFailure, InterruptedException {
    String issuer =
        transaction.issuer().equals(ANONYMOUS) ? ClusterOptions.ISSUER : transaction.issuer();
    Cluster cluster = clusters.get(issuer);
    if (cluster == null) {
      cluster = options.connect(output.terminal(), issuer);
      clusters.put(issuer, cluster);
    }
    return cluster.await(
        transaction.session() == Transaction.NO_SESSION
            ? cluster.client().submit(transaction.preconditions(), transaction.operations())
            : cluster.client().submitAsIs(transaction));
  }

  private List<Transaction> read() throws CliFailure {
    byte[] text;
    try {
      text =
          file.equals("-")
              ? output.terminal().in().readAllBytes()
              : Files.readAllBytes(Path.of(file));
    } catch (IOException e) {
      throw CliFailure.failed("cannot read %s: %s".formatted(file, e));
    }
    try {
      return !isYamlFile() && looksLikeJson(text)
          ? TransactionJson.parseAll(text)
          : TransactionJson.parseAllYaml(text);
    } catch (BadRequest e) {
      throw CliFailure.failed(
          "%s is not understood, nothing was submitted: %s".formatted(file, e.getMessage()));
    }
  }

  private boolean isYamlFile() {
    return file.endsWith(".yaml") || file.endsWith(".yml");
  }

  /** YAML may begin so too, but JSON's messages say more exactly where it is wrong. */
  private static boolean looksLikeJson(byte[] text) {
    String start = new String(text, StandardCharsets.UTF_8).stripLeading();
    return start.startsWith("{") || start.startsWith("[");
  }

  private void print(List<Result> results, int submitted) {
    Table table = new Table("NUMBER", "OUTCOME", "LEAF", "SESSION", "REQUEST", "DETAIL");
    for (int i = 0; i < results.size(); i++) {
      Result result = results.get(i);
      switch (result) {
        case Result.Committed done ->
            table.row(
                i + 1,
                "committed",
                done.sequence(),
                done.session(),
                done.requestId(),
                Outcomes.events(done.events()));
        case Result.Refused refused ->
            table.row(
                i + 1,
                "refused",
                refused.refusal().sequence() == 0 ? "-" : refused.refusal().sequence(),
                refused.session(),
                refused.requestId(),
                Outcomes.sentence(refused.refusal()));
        case Result.Unknown unknown ->
            table.row(i + 1, "unknown", "-", unknown.session(), unknown.requestId(), hint(unknown));
      }
    }
    output.print(table);
    if (results.size() < submitted) {
      output
          .err()
          .println(
              "%d of %d transactions were not submitted"
                  .formatted(submitted - results.size(), submitted));
      output.err().flush();
    }
  }

  private static String hint(Result.Unknown unknown) {
    return unknown.mayHaveHappened()
        ? "%s; ask: ultravisor status %d %d"
            .formatted(unknown.why(), unknown.session(), unknown.requestId())
        : unknown.why() + "; it did not happen";
  }

  private static ObjectNode toJson(Result result) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    switch (result) {
      case Result.Committed done ->
          node.setAll(outcome(new Outcome.Committed(done.sequence(), done.events())));
      case Result.Refused refused -> node.setAll(outcome(refused.refusal()));
      case Result.Unknown unknown ->
          node.put("outcome", "Unknown")
              .put("why", unknown.why())
              .put("mayHaveHappened", unknown.mayHaveHappened());
    }
    return node.put("session", result.session()).put("requestId", result.requestId());
  }

  private static ObjectNode outcome(Outcome outcome) {
    return (ObjectNode) JsonText.tree(TransactionJson.OUTCOME, outcome);
  }

  /** Unknown outweighs refused: whoever reads the code must look. */
  private static int exitCode(List<Result> results) {
    int exitCode = ExitCode.OK;
    for (Result result : results) {
      if (result instanceof Result.Unknown unknown && unknown.mayHaveHappened()) {
        return ExitCode.UNKNOWN;
      }
      if (!(result instanceof Result.Committed)) {
        exitCode = ExitCode.FAILED;
      }
    }
    return exitCode;
  }
}
