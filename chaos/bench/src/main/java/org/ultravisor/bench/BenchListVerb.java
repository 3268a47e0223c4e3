package org.ultravisor.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.concurrent.Callable;
import org.ultravisor.node.cli.ExitCode;
import org.ultravisor.node.cli.Output;
import org.ultravisor.node.cli.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Names the cases. */
@Command(name = "list", description = "List the cases.", mixinStandardHelpOptions = true)
final class BenchListVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @Override
  public Integer call() {
    if (output.json()) {
      for (BenchCase each : BenchCases.all()) {
        output.printJson(
            JsonNodeFactory.instance
                .objectNode()
                .put("case", each.id())
                .put("title", each.title()));
      }
      return ExitCode.OK;
    }
    Table table = new Table("CASE", "MEASURES");
    BenchCases.all().forEach(each -> table.row(each.id(), each.title()));
    output.print(table);
    return ExitCode.OK;
  }
}
