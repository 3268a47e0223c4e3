package org.ultravisor.node.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ultravisor.ledger.core.AwaitedMonitor;
import org.ultravisor.ledger.core.PendingInfo;
import org.ultravisor.mapping.PageRange;

/** What is not there yet, as a table that ends with what can be done about it. */
final class Pending {
  private Pending() {}

  static Table table(List<PendingInfo> steps) {
    Table table = new Table("WHAT", "FRAMES", "SIZE", "SINCE", "WAITS FOR", "WHAT TO DO");
    for (PendingInfo step : steps) {
      table.row(
          what(step),
          frames(step.ranges()),
          Units.pages(step.ranges().stream().mapToLong(PageRange::frameCount).sum()),
          since(step),
          step.waitsFor(),
          advice(step));
    }
    return table;
  }

  private static String what(PendingInfo step) {
    String name = step.step().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String number = step.revocation() == 0 ? "" : " (revocation %d)".formatted(step.revocation());
    String loan = step.loan() == 0 ? "" : " of loan %d".formatted(step.loan());
    String reservation = step.reservation().isEmpty() ? "" : " '%s'".formatted(step.reservation());
    String other = step.other().isEmpty() ? "" : ", with '%s'".formatted(step.other());
    return name + reservation + loan + number + other;
  }

  private static String frames(List<PageRange> ranges) {
    return ranges.isEmpty()
        ? "-"
        : ranges.getFirst()
            + (ranges.size() == 1 ? "" : " and %d more".formatted(ranges.size() - 1));
  }

  /** The sequence at which access was lost, which is what the monitors must acknowledge. */
  private static String since(PendingInfo step) {
    return step.monitors().isEmpty() ? "-" : String.valueOf(step.monitors().getFirst().needed());
  }

  /** What helps if it does not come by itself. */
  static String advice(PendingInfo step) {
    if (!step.monitors().isEmpty()) {
      return step.monitors().stream()
          .map(Pending::advice)
          .distinct()
          .collect(Collectors.joining("; "));
    }
    if (step.scrub()) {
      return step.host().isEmpty()
          ? "start ultrahost on the host of these frames"
          : "nothing, while ultrahost runs on host '%s'".formatted(step.host());
    }
    if (!step.reservation().isEmpty()) {
      return "submit Post or Void of reservation '%s'".formatted(step.reservation());
    }
    return switch (step.step()) {
      case LOAN_OFFERED -> "submit RetrievePages of the borrower, or ReclaimPages of the owner";
      case LOAN_HELD -> "submit RelinquishPages of the borrower";
      default -> "see what it waits for";
    };
  }

  private static String advice(AwaitedMonitor monitor) {
    return ("nothing, while the monitor of '%s' runs; if its host is lost: "
            + "ultravisor fence %s --reason TEXT")
        .formatted(monitor.partitionName(), monitor.partitionName());
  }
}
