package org.ultravisor.bench;

import org.ultravisor.node.cli.CliVerb;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ultravisor bench}: has its two verbs, and says so if neither is given. */
@Command(
    name = "bench",
    description = "Measure this build on this machine.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "list|run",
    subcommands = {BenchListVerb.class, BenchRunVerb.class})
public final class BenchVerb implements CliVerb {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Say what to do: 'bench list' or 'bench run CASE'.");
  }
}
