package org.ultravisor.node.cli;

import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line's root: knows all verbs and runs one. */
@Command(
    name = "ultravisor",
    description = "A replicated ledger of which partition holds which page of memory.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "VERB",
    usageHelpAutoWidth = true,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:refused or failed",
      "2:the command line makes no sense",
      "3:it may or may not have happened"
    },
    subcommands = {
      ReplicaVerb.class,
      ClusterVerb.class,
      SubmitVerb.class,
      GetVerb.class,
      DescribeVerb.class,
      WhyVerb.class,
      OwnerVerb.class,
      StatusVerb.class,
      FenceVerb.class,
      WatchVerb.class,
      AuditVerb.class,
      InventoryVerb.class
    })
public final class Ultravisor implements Runnable {
  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  private Ultravisor(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Runs a command in this process's terminal; returns its exit code. */
  public static int run(String... args) {
    return run(Terminal.system(), args);
  }

  /** Runs a command in a given terminal; returns its exit code. */
  public static int run(Terminal terminal, String... args) {
    CommandLine root = new CommandLine(new Ultravisor(terminal));
    for (CliVerb verb : ServiceLoader.load(CliVerb.class)) {
      root.addSubcommand(verb);
    }
    root.setOut(terminal.out());
    root.setErr(terminal.err());
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setExecutionExceptionHandler(new Failures(terminal));
    return root.execute(args);
  }

  /** Without a verb: says what there is. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        Objects.requireNonNull(spec).commandLine(), "Say what to do: one of the verbs below.");
  }

  Terminal terminal() {
    return terminal;
  }
}
