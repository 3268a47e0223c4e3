package org.ultravisor.node.cli;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.ultravisor.ledger.core.ChannelInfo;
import org.ultravisor.ledger.core.DeviceInfo;
import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.LoanBorrower;
import org.ultravisor.ledger.core.LoanInfo;
import org.ultravisor.ledger.core.MemoryRegionInfo;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.PathInfo;
import org.ultravisor.ledger.core.PolicyInfo;
import org.ultravisor.ledger.core.ProcessorInfo;
import org.ultravisor.ledger.core.PromiseInfo;
import org.ultravisor.ledger.core.ReplicaInfo;
import org.ultravisor.ledger.core.ReservationInfo;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.ledger.core.ServiceInfo;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.node.host.ViewSummary;

/** What the ledger holds, as tables. Partitions are shown by name. */
final class Listing {
  private final Map<Integer, String> names;

  /**
   * @param partitions all that exist, for their names
   */
  Listing(List<PartitionInfo> partitions) {
    names = partitions.stream().collect(Collectors.toMap(PartitionInfo::id, PartitionInfo::name));
  }

  static Table partitions(List<PartitionInfo> partitions) {
    Table table =
        new Table(
            "NAME", "ID", "KIND", "STATE", "PAGES", "SIZE", "LIMIT", "CPUS", "DEVICES", "MONITOR");
    for (PartitionInfo p : partitions) {
      table.row(
          p.name(),
          p.id(),
          p.kind(),
          p.state(),
          p.actualPages(),
          Units.pages(p.actualPages()),
          p.limits().pages() == Long.MAX_VALUE ? "none" : Units.pages(p.limits().pages()),
          p.processors(),
          p.devices(),
          p.monitorIncarnation() == 0 ? "none" : p.monitorIncarnation());
    }
    return table;
  }

  static Table memory(List<MemoryRegionInfo> regions) {
    Table table = new Table("FIRST FRAME", "ADDRESS", "FRAMES", "SIZE", "CELL", "TYPE");
    for (MemoryRegionInfo m : regions) {
      table.row(
          m.range().firstFrame(),
          Units.address(m.range().firstFrame()),
          m.range().frameCount(),
          Units.pages(m.range().frameCount()),
          m.cell(),
          m.type());
    }
    return table;
  }

  Table processors(List<ProcessorInfo> processors) {
    Table table = new Table("PROCESSOR", "CELL", "PARTITION");
    processors.forEach(p -> table.row(p.processor(), p.cell(), holder(p.partition())));
    return table;
  }

  Table devices(List<DeviceInfo> devices) {
    Table table = new Table("ADDRESS", "CLASS", "IOMMU GROUP", "CELL", "PARTITION");
    for (DeviceInfo d : devices) {
      table.row(
          d.address(),
          "%06x".formatted(d.deviceClass()),
          d.iommuGroup() < 0 ? "none" : d.iommuGroup(),
          d.cell(),
          holder(d.partition()));
    }
    return table;
  }

  Table revocations(List<RevocationInfo> revocations) {
    Table table =
        new Table("REVOCATION", "FROM", "FIRST FRAME", "SIZE", "SINCE", "WAITS FOR", "THEN");
    for (RevocationInfo r : revocations) {
      table.row(
          r.revocation(),
          r.partition() == 0 ? "(new memory)" : name(r.partition()),
          r.range().firstFrame(),
          Units.pages(r.range().frameCount()),
          r.revokedAt(),
          waitsFor(r),
          end(r.end()));
    }
    return table;
  }

  Table loans(List<LoanInfo> loans) {
    Table table = new Table("LOAN", "KIND", "OWNER", "FIRST FRAME", "SIZE", "BORROWERS");
    for (LoanInfo loan : loans) {
      table.row(
          loan.loan(),
          loan.channel() == 0 ? loan.kind() : loan.kind() + " (channel)",
          name(loan.partition()),
          loan.range().firstFrame(),
          Units.pages(loan.range().frameCount()),
          loan.borrowers().isEmpty()
              ? "none"
              : loan.borrowers().stream().map(this::borrower).collect(Collectors.joining(", ")));
    }
    return table;
  }

  private String borrower(LoanBorrower borrower) {
    String where = borrower.guestFrame() < 0 ? "" : " at guest frame " + borrower.guestFrame();
    return "%s %s %s%s"
        .formatted(
            name(borrower.partition()),
            borrower.rights(),
            borrower.state().name().toLowerCase(Locale.ROOT),
            where);
  }

  Table channels(List<ChannelInfo> channels) {
    Table table = new Table("CHANNEL", "STATE", "SERVER", "CLIENT");
    for (ChannelInfo channel : channels) {
      table.row(channel.name(), channel.state(), name(channel.server()), name(channel.client()));
    }
    return table;
  }

  Table reservations(List<ReservationInfo> reservations) {
    Table table =
        new Table("RESERVATION", "PARTITION", "PAGES", "SIZE", "PROCESSORS", "DEVICES", "DEADLINE");
    for (ReservationInfo r : reservations) {
      long pages = r.ranges().stream().mapToLong(PageRange::frameCount).sum();
      table.row(
          r.name(),
          name(r.partition()),
          pages,
          Units.pages(pages),
          r.processors().size(),
          r.addresses().size(),
          Instant.ofEpochMilli(r.deadline()));
    }
    return table;
  }

  Table services(List<ServiceInfo> services) {
    Table table = new Table("SERVICE", "DEVICE CLASS", "SERVERS");
    for (ServiceInfo s : services) {
      table.row(
          s.name(),
          s.deviceClass() == ServiceInfo.ANY_DEVICE ? "any" : "%06x".formatted(s.deviceClass()),
          s.servers().isEmpty()
              ? "none"
              : s.servers().stream().map(this::name).collect(Collectors.joining(", ")));
    }
    return table;
  }

  Table promises(List<PromiseInfo> promises, List<ServiceInfo> services) {
    Map<Long, String> called =
        services.stream().collect(Collectors.toMap(ServiceInfo::service, ServiceInfo::name));
    Table table = new Table("PARTITION", "SERVICE");
    promises.forEach(
        p -> table.row(name(p.partition()), called.getOrDefault(p.service(), number(p.service()))));
    return table;
  }

  /** Their documents may be long: JSON has them. */
  static Table policies(List<PolicyInfo> policies) {
    Table table = new Table("POLICY", "VERSION", "CHARACTERS");
    policies.forEach(p -> table.row(p.name(), p.version(), p.document().length()));
    return table;
  }

  static Table paths(List<PathInfo> paths) {
    Table table = new Table("SERVICE", "SERVER", "PATH");
    for (PathInfo p : paths) {
      table.row(
          p.service(),
          p.server().isEmpty() ? "none" : p.server(),
          p.isPath() ? "yes" : "no: " + p.missing());
    }
    return table;
  }

  Table monitors(List<MonitorInfo> monitors) {
    Table table = new Table("PARTITION", "HOST", "INCARNATION", "ATTACHED AT", "ACKNOWLEDGED");
    for (MonitorInfo m : monitors) {
      table.row(name(m.partition()), m.host(), m.incarnation(), m.attachedAt(), m.acknowledged());
    }
    return table;
  }

  static Table hosts(List<HostInfo> hosts) {
    Table table = new Table("HOST", "WINDOW", "INCARNATION");
    hosts.forEach(h -> table.row(h.host(), h.window(), h.incarnation()));
    return table;
  }

  static Table replicas(List<ReplicaInfo> replicas) {
    Table table = new Table("REPLICA", "INCARNATION");
    replicas.forEach(r -> table.row(r.replica(), r.incarnation()));
    return table;
  }

  static Table views(List<ViewSummary> views) {
    Table table =
        new Table("PARTITION", "REPLICA", "STATE", "SEQUENCE", "GENERATION", "FILE", "WRITER");
    for (ViewSummary v : views) {
      table.row(
          v.partition(),
          v.replica(),
          v.state(),
          v.sequence(),
          v.generation(),
          v.serial(),
          v.writerPid());
    }
    return table;
  }

  private static String waitsFor(RevocationInfo revocation) {
    if (!revocation.awaited().isEmpty()) {
      return "monitor "
          + revocation.awaited().stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
    return revocation.scrub() ? "scrub" : "nothing";
  }

  private String end(EndState end) {
    return switch (end) {
      case EndState.Available() -> "available";
      case EndState.Owned owned -> "owned by " + name(owned.partition());
      case EndState.Poisoned() -> "poisoned";
      case EndState.Lent() -> "lent";
      case EndState.Returned() -> "returned to its owner";
      case EndState.Protected(Rights rights) -> "only " + rights;
    };
  }

  private String holder(int partition) {
    return partition == 0 ? "(free)" : name(partition);
  }

  /** A partition may be gone by the time its name is asked for, or earlier: see channels. */
  private String name(int partition) {
    return names.getOrDefault(partition, number(partition));
  }

  private static String number(long number) {
    return "#" + number;
  }
}
