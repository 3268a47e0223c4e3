package org.ultravisor.node.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ultravisor.bridge.HostDirectory;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.StateList;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.core.ServiceInfo;
import org.ultravisor.node.host.ViewSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what the ledger holds. */
@Command(name = "get", description = "List what the ledger holds.", mixinStandardHelpOptions = true)
final class GetVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "WHAT", description = "One of ${COMPLETION-CANDIDATES}.")
  private What what = What.partitions;

  @Option(
      names = "--stale",
      description = "What the replica asked has now, without asking the others: it may be behind.")
  private boolean stale;

  /** What can be listed; spelt as it is written. */
  enum What {
    partitions,
    memory,
    devices,
    processors,
    revocations,
    loans,
    channels,
    reservations,
    services,
    promises,
    policies,
    monitors,
    hosts,
    replicas,
    views
  }

  @Option(
      names = "--host-directory",
      paramLabel = "DIRECTORY",
      description = "For views: the host's shared directory on this machine.")
  private @Nullable Path hostDirectory;

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    if (what == What.views) {
      printViews();
      return ExitCode.OK;
    }
    try (Cluster connected = cluster.connect(output.terminal())) {
      Listing listing = new Listing(list(connected, StateList.PARTITIONS));
      switch (what) {
        case partitions -> print(connected, StateList.PARTITIONS, Listing::partitions);
        case memory -> print(connected, StateList.MEMORY, Listing::memory);
        case devices -> print(connected, StateList.DEVICES, listing::devices);
        case processors -> print(connected, StateList.PROCESSORS, listing::processors);
        case revocations -> print(connected, StateList.REVOCATIONS, listing::revocations);
        case loans -> print(connected, StateList.LOANS, listing::loans);
        case channels -> print(connected, StateList.CHANNELS, listing::channels);
        case reservations -> print(connected, StateList.RESERVATIONS, listing::reservations);
        case services -> print(connected, StateList.SERVICES, listing::services);
        case promises -> {
          List<ServiceInfo> services = list(connected, StateList.SERVICES);
          print(connected, StateList.PROMISES, found -> listing.promises(found, services));
        }
        case policies -> print(connected, StateList.POLICIES, Listing::policies);
        case monitors -> print(connected, StateList.MONITORS, listing::monitors);
        case hosts -> print(connected, StateList.HOSTS, Listing::hosts);
        case replicas -> print(connected, StateList.REPLICAS, Listing::replicas);
        case views -> throw new IllegalStateException("views are not the cluster's to list");
      }
    }
    return ExitCode.OK;
  }

  private <T> List<T> list(Cluster connected, StateList<T> list)
      throws CliFailure, InterruptedException {
    Consistency how = stale ? Consistency.STALE : Consistency.LINEARIZABLE;
    return connected.answer(connected.client().list(list, how));
  }

  private <T> void print(Cluster connected, StateList<T> list, Function<List<T>, Table> table)
      throws CliFailure, InterruptedException {
    print(list.type(), list(connected, list), table);
  }

  private void printViews() throws CliFailure {
    if (hostDirectory == null) {
      throw CliFailure.usage(
          "views are files of a host: say --host-directory DIRECTORY, as in the replicas'"
              + " configuration");
    }
    try {
      print(ViewSummary.class, ViewSummary.of(new HostDirectory(hostDirectory)), Listing::views);
    } catch (IOException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  private <T> void print(Class<T> type, List<T> found, Function<List<T>, Table> table) {
    if (output.json()) {
      output.printJson(JsonText.tree(Forms.listOf(type), found));
    } else if (found.isEmpty()) {
      output.print("There are no " + what + ".");
    } else {
      output.print(table.apply(found));
    }
  }
}
