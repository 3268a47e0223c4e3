package org.ultravisor.node.cli;

import java.util.concurrent.Callable;
import org.ultravisor.ledger.command.MemberRequest;
import org.ultravisor.ledger.command.TransferRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who belongs to the cluster, and who leads it. */
final class ClusterChangeVerbs {
  private ClusterChangeVerbs() {}

  /** Where a new replica is reached. */
  static final class Addresses {
    @Option(
        names = "--raft",
        paramLabel = "HOST:PORT",
        required = true,
        description = "Where the other replicas reach it.")
    private String raft = "";

    @Option(
        names = "--command",
        paramLabel = "HOST:PORT",
        required = true,
        description = "Where clients reach it.")
    private String command = "";

    String raft() {
      return raft;
    }

    String command() {
      return command;
    }
  }

  @Command(
      name = "add",
      description = {
        "Take a new replica in, online.",
        "Start it first: 'cluster config ID' prints its configuration."
      },
      mixinStandardHelpOptions = true)
  static final class Add implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final ClusterOptions cluster = new ClusterOptions();
    @Mixin private final ClusterProgress progress = new ClusterProgress();
    @Mixin private final Addresses addresses = new Addresses();

    @Parameters(paramLabel = "ID", description = "Its id, which no replica here ever had.")
    private String id = "";

    @Option(
        names = "--listener",
        description = "It follows and can be read and audited, but does not vote.")
    private boolean listener;

    @Override
    public Integer call() throws CliFailure, InterruptedException {
      MemberRequest add =
          new MemberRequest.Add(id, addresses.raft(), addresses.command(), listener);
      return progress.run(output, cluster, asked -> asked.client().change(add));
    }
  }

  @Command(
      name = "remove",
      description = "Take a replica out, online; its process ends by itself.",
      mixinStandardHelpOptions = true)
  static final class Remove implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final ClusterOptions cluster = new ClusterOptions();
    @Mixin private final ClusterProgress progress = new ClusterProgress();

    @Parameters(paramLabel = "ID", description = "Which one.")
    private String id = "";

    @Option(
        names = "--force",
        description = "Also if fewer than 3 voters are left, so that none may fail.")
    private boolean force;

    @Override
    public Integer call() throws CliFailure, InterruptedException {
      MemberRequest remove = new MemberRequest.Remove(id, force);
      return progress.runWithout(id, output, cluster, asked -> asked.client().change(remove));
    }
  }

  @Command(
      name = "replace",
      description = {
        "Take a new replica in for another, which may be dead, in one step, online.",
        "Start the new one first: 'cluster config NEW' prints its configuration."
      },
      mixinStandardHelpOptions = true)
  static final class Replace implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final ClusterOptions cluster = new ClusterOptions();
    @Mixin private final ClusterProgress progress = new ClusterProgress();
    @Mixin private final Addresses addresses = new Addresses();

    @Parameters(index = "0", paramLabel = "OLD", description = "Who goes.")
    private String old = "";

    @Parameters(index = "1", paramLabel = "NEW", description = "Who comes: a new id.")
    private String id = "";

    @Override
    public Integer call() throws CliFailure, InterruptedException {
      MemberRequest replace =
          new MemberRequest.Replace(old, id, addresses.raft(), addresses.command());
      return progress.runWithout(old, output, cluster, asked -> asked.client().change(replace));
    }
  }

  @Command(
      name = "transfer",
      description = "Make another replica the leader.",
      mixinStandardHelpOptions = true)
  static final class Transfer implements Callable<Integer> {
    @Mixin private final Output output = new Output();
    @Mixin private final ClusterOptions cluster = new ClusterOptions();
    @Mixin private final ClusterProgress progress = new ClusterProgress();

    @Parameters(paramLabel = "ID", description = "Who is to lead.")
    private String id = "";

    @Override
    public Integer call() throws CliFailure, InterruptedException {
      return progress.run(
          output, cluster, asked -> asked.client().transfer(new TransferRequest(id)));
    }
  }
}
