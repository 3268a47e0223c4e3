package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.MemoryRun;
import org.ultravisor.ledger.command.StateList;
import org.ultravisor.ledger.command.client.LedgerClient;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.core.ChannelInfo;
import org.ultravisor.ledger.core.DeviceInfo;
import org.ultravisor.ledger.core.LoanInfo;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.PathInfo;
import org.ultravisor.ledger.core.PendingInfo;
import org.ultravisor.ledger.core.PolicyInfo;
import org.ultravisor.ledger.core.ProcessorInfo;
import org.ultravisor.ledger.core.ReservationInfo;
import org.ultravisor.ledger.core.ServiceInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** All about one thing. */
@Command(
    name = "describe",
    description = "Show all about one partition, or a policy with its document.",
    mixinStandardHelpOptions = true)
final class DescribeVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(index = "0", paramLabel = "WHAT", description = "partition or policy")
  private What what = What.partition;

  @Parameters(index = "1", paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Show at most so many runs of its memory (default: ${DEFAULT-VALUE}).")
  private int runs = 20;

  /** What can be described; spelt as it is written. */
  enum What {
    partition,
    policy
  }

  /** What is known of it; read one after the other, so the parts may differ by a moment. */
  private record Description(
      PartitionInfo partition,
      List<MemoryRun> memory,
      Optional<MonitorInfo> monitor,
      Listing listing,
      List<PendingInfo> pending,
      List<ReservationInfo> reservations,
      List<LoanInfo> loans,
      List<ChannelInfo> channels,
      List<PathInfo> paths,
      List<ServiceInfo> services,
      List<ProcessorInfo> processors,
      List<DeviceInfo> devices) {}

  @Override
  public Integer call() throws CliFailure, InterruptedException {
    if (runs < 1 || runs > 10_000) {
      throw CliFailure.usage("--runs must be in 1..10000: " + runs);
    }
    if (what == What.policy) {
      return policy();
    }
    Description found;
    try (Cluster connected = cluster.connect(output.terminal())) {
      found = read(connected);
    }
    if (output.json()) {
      output.printJson(toJson(found));
    } else {
      print(found);
    }
    return ExitCode.OK;
  }

  private int policy() throws CliFailure, InterruptedException {
    PolicyInfo found;
    try (Cluster connected = cluster.connect(output.terminal())) {
      found =
          connected
              .answer(connected.client().list(StateList.POLICIES, Consistency.LINEARIZABLE))
              .stream()
              .filter(policy -> policy.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      CliFailure.failed(
                          "no policy is named '%s'; 'ultravisor get policies' lists them"
                              .formatted(name)));
    }
    if (output.json()) {
      output.printJson(JsonText.tree(Forms.of(PolicyInfo.class), found));
    } else {
      Table table = new Table("POLICY", found.name());
      table.row("version", found.version());
      output.print(table);
      output.print("\n" + found.document());
    }
    return ExitCode.OK;
  }

  private Description read(Cluster connected) throws CliFailure, InterruptedException {
    LedgerClient client = connected.client();
    Consistency how = Consistency.LINEARIZABLE;
    PartitionInfo partition =
        connected
            .answer(client.partition(name, how))
            .orElseThrow(() -> WhyVerb.notFound(what, name));
    int id = partition.id();
    return new Description(
        partition,
        connected.answer(client.memoryMap(name, 0, runs, how)).orElse(List.of()),
        connected.answer(client.list(StateList.MONITORS, how)).stream()
            .filter(m -> m.partition() == id)
            .findFirst(),
        new Listing(connected.answer(client.list(StateList.PARTITIONS, how))),
        WhyVerb.of(connected, name),
        connected.answer(client.list(StateList.RESERVATIONS, how)).stream()
            .filter(r -> r.partition() == id)
            .toList(),
        connected.answer(client.list(StateList.LOANS, how)).stream()
            .filter(loan -> concerns(loan, id))
            .toList(),
        connected.answer(client.list(StateList.CHANNELS, how)).stream()
            .filter(channel -> channel.server() == id || channel.client() == id)
            .toList(),
        connected.answer(client.paths(name, how)).orElse(List.of()),
        connected.answer(client.list(StateList.SERVICES, how)).stream()
            .filter(service -> service.servers().contains(id))
            .toList(),
        connected.answer(client.list(StateList.PROCESSORS, how)).stream()
            .filter(p -> p.partition() == id)
            .toList(),
        connected.answer(client.list(StateList.DEVICES, how)).stream()
            .filter(d -> d.partition() == id)
            .toList());
  }

  private static boolean concerns(LoanInfo loan, int partition) {
    return loan.partition() == partition
        || loan.borrowers().stream().anyMatch(borrower -> borrower.partition() == partition);
  }

  private void print(Description d) {
    PartitionInfo p = d.partition();
    Table table = new Table("PARTITION", p.name());
    table.row("id", p.id());
    table.row("kind", p.kind());
    table.row("state", p.state());
    table.row("version", p.version());
    table.row("pages now", amount(p.actualPages()));
    table.row("pages when all is done", amount(p.requestedPages()));
    table.row("pages that count", amount(p.chargedPages()));
    table.row("pages reserved", amount(p.reservedPages()));
    table.row("pages lent or shared", amount(p.lentPages()));
    table.row("pages borrowed", amount(p.borrowedPages()));
    table.row(
        "limit of pages",
        p.limits().pages() == Long.MAX_VALUE ? "none" : amount(p.limits().pages()));
    table.row(
        "limit of processors",
        p.limits().processors() == Integer.MAX_VALUE ? "none" : p.limits().processors());
    table.row(
        "processors",
        listed(d.processors().stream().map(c -> String.valueOf(c.processor())).toList()));
    table.row("devices", listed(d.devices().stream().map(DeviceInfo::address).toList()));
    table.row(
        "services that it gives", listed(d.services().stream().map(ServiceInfo::name).toList()));
    table.row("labels", p.labels().isEmpty() ? "none" : p.labels());
    table.row(
        "monitor",
        d.monitor()
            .map(
                m ->
                    "incarnation %d on %s, attached at %d"
                        .formatted(m.incarnation(), m.host(), m.attachedAt()))
            .orElse("none attached"));
    output.print(table);
    if (!d.memory().isEmpty()) {
      output.print("\n" + memory(d.memory()));
      if (d.memory().size() == runs) {
        output.print("... (--runs shows more)");
      }
    }
    if (!d.loans().isEmpty()) {
      output.print("\nLoans:");
      output.print(d.listing().loans(d.loans()));
    }
    if (!d.channels().isEmpty()) {
      output.print("\nChannels:");
      output.print(d.listing().channels(d.channels()));
    }
    if (!d.paths().isEmpty()) {
      output.print("\nPromised services and the paths to them:");
      output.print(Listing.paths(d.paths()));
    }
    if (!d.reservations().isEmpty()) {
      output.print("\nHeld for it:");
      output.print(d.listing().reservations(d.reservations()));
    }
    if (!d.pending().isEmpty()) {
      output.print("\nNot there yet:");
      output.print(Pending.table(d.pending()));
    }
  }

  private static Table memory(List<MemoryRun> memory) {
    Table table = new Table("GUEST FRAME", "HOST FRAME", "FRAMES", "SIZE", "RIGHTS");
    for (MemoryRun run : memory) {
      table.row(
          run.firstGuestFrame(),
          run.firstHostFrame(),
          run.frames(),
          Units.pages(run.frames()),
          run.rights());
    }
    return table;
  }

  private static String amount(long pages) {
    return "%d (%s)".formatted(pages, Units.pages(pages));
  }

  private static String listed(List<String> names) {
    return names.isEmpty() ? "none" : names.stream().collect(Collectors.joining(", "));
  }

  private static ObjectNode toJson(Description d) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.set("partition", JsonText.tree(Forms.of(PartitionInfo.class), d.partition()));
    root.set("memory", JsonText.tree(Forms.listOf(MemoryRun.class), d.memory()));
    d.monitor().ifPresent(m -> root.set("monitor", JsonText.tree(Forms.of(MonitorInfo.class), m)));
    root.set("pending", JsonText.tree(Forms.listOf(PendingInfo.class), d.pending()));
    root.set("loans", JsonText.tree(Forms.listOf(LoanInfo.class), d.loans()));
    root.set("channels", JsonText.tree(Forms.listOf(ChannelInfo.class), d.channels()));
    root.set("paths", JsonText.tree(Forms.listOf(PathInfo.class), d.paths()));
    root.set("services", JsonText.tree(Forms.listOf(ServiceInfo.class), d.services()));
    root.set("reservations", JsonText.tree(Forms.listOf(ReservationInfo.class), d.reservations()));
    root.set("processors", JsonText.tree(Forms.listOf(ProcessorInfo.class), d.processors()));
    root.set("devices", JsonText.tree(Forms.listOf(DeviceInfo.class), d.devices()));
    return root;
  }
}
