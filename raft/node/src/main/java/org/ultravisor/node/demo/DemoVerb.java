package org.ultravisor.node.demo;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.ultravisor.node.cli.CliFailure;
import org.ultravisor.node.cli.CliVerb;
import org.ultravisor.node.cli.ExitCode;
import org.ultravisor.node.cli.Output;
import org.ultravisor.node.config.ClusterState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ultravisor demo}. */
@Command(
    name = "demo",
    description =
        "Run the whole product on this machine: replicas, monitors, guests; kill the leader; check"
            + " everything.",
    mixinStandardHelpOptions = true)
public final class DemoVerb implements CliVerb {
  @Mixin private final Output output = new Output();

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "How many replicas, an odd number (default: ${DEFAULT-VALUE}).")
  private int replicas = DemoOptions.DEFAULT.replicas();

  @Option(
      names = "--serve",
      description = "Start everything, print the addresses and stay up until interrupted.")
  private boolean serve;

  @Option(
      names = "--empty",
      description = "With --serve: install and create nothing, so that the ledger is yours alone.")
  private boolean empty;

  @Override
  public Integer call() throws Exception {
    if (empty && !serve) {
      throw CliFailure.usage("--empty needs --serve: there would be nothing to show");
    }
    DemoOptions options;
    try {
      options = DemoOptions.DEFAULT.withReplicas(replicas);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
    try (Demo demo = new Demo(options, this::say, UnaryOperator.identity())) {
      Thread onInterrupt = Thread.ofPlatform().name("demo-stop").unstarted(() -> stop(demo));
      Runtime.getRuntime().addShutdownHook(onInterrupt);
      try {
        demo.awaitReady();
        if (!empty) {
          demo.prepare();
        }
        return serve ? serve(demo) : prove(demo);
      } finally {
        removeHook(onInterrupt);
      }
    }
  }

  private int prove(Demo demo) throws IOException, InterruptedException {
    DemoReport report = demo.prove();
    if (output.json()) {
      output.out().println(report.toJson());
    } else {
      output.print("");
      output.out().print(report.toTable());
    }
    output.out().flush();
    return report.violations().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private int serve(Demo demo) throws IOException, InterruptedException {
    ClusterState state = ClusterState.ofUser(System.getenv());
    state.write(demo.commandAddresses());
    try {
      output.print(
          "The cluster is up. Command channels: " + String.join(", ", demo.commandAddresses()));
      output.print("Other terminals find it by themselves; try: ultravisor get partitions");
      output.print("Interrupt (Ctrl-C) to stop it.");
      new CountDownLatch(1).await();
      return ExitCode.OK;
    } finally {
      state.clear();
    }
  }

  private void say(String what) {
    output.err().println("demo: " + what);
    output.err().flush();
  }

  /** Runs when the user interrupts: children and directories must not stay behind. */
  private void stop(Demo demo) {
    try {
      if (serve) {
        ClusterState.ofUser(System.getenv()).clear();
      }
      demo.close();
    } catch (IOException e) {
      say("could not clean up: " + e.getMessage());
    }
  }

  private void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      say("stopping: the interrupt's own thread cleans up");
    }
  }
}
