package org.ultravisor.node.cli;

import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.node.config.ConfigException;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.node.process.ReplicaProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one replica until the process is told to end. */
@Command(
    name = "replica",
    description = "Run one replica of the ledger, until SIGTERM.",
    mixinStandardHelpOptions = true)
final class ReplicaVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Which replica the file must be for (default: the one that it names).")
  private String id = "";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "YAML or JSON; docs/cli.md describes it.")
  private Path config = Path.of("");

  @Override
  public Integer call() throws ConfigException, CliFailure, InterruptedException {
    NodeConfig read = NodeConfig.read(config, id);
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.putProperty("replica", read.id()); // every line of a structured log says whose it is
    }
    ReplicaProcess process;
    try {
      process = ReplicaProcess.start(read);
    } catch (IOException e) {
      throw CliFailure.failed("replica %s does not start: %s".formatted(read.id(), e.getMessage()));
    }
    output.err().println("replica " + read.id() + " answers at " + process.address());
    output.err().flush();
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform().name("shutdown").unstarted(() -> close(process, ended)));
    var _ =
        process
            .removed()
            .thenAccept(
                why -> {
                  output
                      .err()
                      .println(why + ": this process ends; its directory is of no more use");
                  output.err().flush();
                  ended.countDown();
                });
    ended.await();
    return ExitCode.OK;
  }

  private static void close(ReplicaProcess process, CountDownLatch ended) {
    try {
      process.close();
    } catch (IOException e) {
      Logger log = LoggerFactory.getLogger(ReplicaVerb.class);
      log.warn("The replica did not stop in order; its log and store take care of that", e);
    }
    ended.countDown();
  }
}
