package org.ultravisor.node.rehearsal;

import java.io.IOException;
import org.ultravisor.node.cli.CliVerb;
import org.ultravisor.node.cli.ExitCode;
import org.ultravisor.node.cli.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ultravisor rehearse}, which the launcher runs. */
@Command(
    name = "rehearse",
    description =
        "Run a cluster and its load inside this process, for the JVM to learn from (the launcher"
            + " does it after a build).",
    hidden = true,
    mixinStandardHelpOptions = true)
public final class RehearseVerb implements CliVerb {
  @Mixin private final Output output = new Output();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long to work (default: ${DEFAULT-VALUE}).")
  private int seconds = 20;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Rehearsal rehearsal = Rehearsal.start()) {
      long requests = rehearsal.run(seconds);
      output.err().printf("rehearsed %,d requests%n", requests);
      output.err().flush();
    }
    return ExitCode.OK;
  }
}
