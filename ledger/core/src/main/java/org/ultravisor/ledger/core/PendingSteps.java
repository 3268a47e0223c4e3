package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/** Finds what is under way for a partition, and for what it waits. For one question. */
final class PendingSteps {
  private final Queries.Views views;
  private final int partition;
  private final List<PendingInfo> found = new ArrayList<>();

  /** By incarnation; filled when first asked for. */
  private @Nullable Map<Long, MonitorInfo> monitors;

  /**
   * @param partition 0 for memory that nobody has yet
   */
  PendingSteps(Queries.Views views, int partition) {
    this.views = views;
    this.partition = partition;
  }

  /** Oldest first, revocations before reservations. Costs by what is pending for anybody. */
  List<PendingInfo> find() {
    views.revocations().forEach((number, revocation) -> look(revocation));
    views.reservations().forEach((number, held) -> look(held));
    return found;
  }

  private void look(RevocationInfo revocation) {
    int receiver = revocation.end() instanceof EndState.Owned end ? end.partition() : 0;
    if (revocation.partition() == partition) {
      add(revocation, step(revocation), nameOf(receiver));
    } else if (receiver == partition && partition != 0) {
      add(revocation, PendingStep.DONATION_IN, nameOf(revocation.partition()));
    }
  }

  private static PendingStep step(RevocationInfo revocation) {
    if (revocation.end() instanceof EndState.Owned) {
      return PendingStep.DONATION_OUT;
    }
    if (revocation.end() instanceof EndState.Poisoned) {
      return PendingStep.POISON;
    }
    return revocation.partition() == 0 ? PendingStep.FIRST_SCRUB : PendingStep.RELEASE;
  }

  private void look(ReservationInfo held) {
    if (held.partition() == partition) {
      found.add(
          new PendingInfo(
              PendingStep.RESERVATION,
              "",
              held.ranges(),
              0,
              held.name(),
              List.of(),
              false,
              "",
              "its Post; at ledger time %d it ends by itself".formatted(held.deadline())));
    }
  }

  private void add(RevocationInfo revocation, PendingStep step, String other) {
    List<AwaitedMonitor> awaited =
        revocation.awaited().stream()
            .map(incarnation -> awaited(incarnation, revocation.revokedAt()))
            .toList();
    HostInfo host = revocation.scrub() ? hostOf(revocation.range()) : null;
    found.add(
        new PendingInfo(
            step,
            other,
            List.of(revocation.range()),
            revocation.revocation(),
            "",
            awaited,
            revocation.scrub(),
            host == null ? "" : host.host(),
            awaited.isEmpty() ? scrub(revocation, host) : acknowledgements(awaited)));
  }

  private static String acknowledgements(List<AwaitedMonitor> awaited) {
    return awaited.stream()
        .map(
            monitor ->
                "the monitor of '%s' (incarnation %d on host '%s'): it has acknowledged %d, not %d"
                    .formatted(
                        monitor.partitionName(),
                        monitor.incarnation(),
                        monitor.host(),
                        monitor.acknowledged(),
                        monitor.needed()))
        .collect(Collectors.joining("; "));
  }

  private static String scrub(RevocationInfo revocation, @Nullable HostInfo host) {
    return host == null
        ? "a scrub, but no host agent is attached for window %d"
            .formatted(PageChecks.windowOf(revocation.range().firstFrame()))
        : "the scrub by host '%s' (incarnation %d)".formatted(host.host(), host.incarnation());
  }

  private @Nullable HostInfo hostOf(PageRange range) {
    return views.hosts().get(PageChecks.windowOf(range.firstFrame()));
  }

  private AwaitedMonitor awaited(long incarnation, long needed) {
    MonitorInfo monitor = attached().get(incarnation);
    return monitor == null
        ? new AwaitedMonitor(0, "", "", incarnation, 0, needed)
        : new AwaitedMonitor(
            monitor.partition(),
            nameOf(monitor.partition()),
            monitor.host(),
            incarnation,
            monitor.acknowledged(),
            needed);
  }

  private Map<Long, MonitorInfo> attached() {
    Map<Long, MonitorInfo> all = monitors;
    if (all == null) {
      Map<Long, MonitorInfo> filled = new HashMap<>();
      views.monitors().forEach((number, monitor) -> filled.put(monitor.incarnation(), monitor));
      monitors = filled;
      all = filled;
    }
    return all;
  }

  private String nameOf(int number) {
    PartitionDescriptor named = views.partitions().get(number);
    return named == null ? "" : named.name();
  }
}
