package org.ultravisor.ledger.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** For whom a revocation waits, by name. For one question. */
final class PendingWaits {
  private final Queries.Views views;

  /** By incarnation; filled when first asked for. */
  private @Nullable Map<Long, MonitorInfo> monitors;

  PendingWaits(Queries.Views views) {
    this.views = views;
  }

  /** The revocation as a step of somebody. */
  PendingInfo step(RevocationInfo revocation, PendingStep step, String other, long loan) {
    List<AwaitedMonitor> awaited =
        revocation.awaited().stream()
            .map(incarnation -> awaited(incarnation, revocation.revokedAt()))
            .toList();
    HostInfo host = revocation.scrub() ? hostOf(revocation) : null;
    return new PendingInfo(
        step,
        other,
        List.of(revocation.range()),
        revocation.revocation(),
        loan,
        "",
        awaited,
        revocation.scrub(),
        host == null ? "" : host.host(),
        awaited.isEmpty() ? scrub(revocation, host) : acknowledgements(awaited));
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
        ? "a scrub, but no host agent is attached for window %d".formatted(windowOf(revocation))
        : "the scrub by host '%s' (incarnation %d)".formatted(host.host(), host.incarnation());
  }

  private @Nullable HostInfo hostOf(RevocationInfo revocation) {
    return views.hosts().get(windowOf(revocation));
  }

  private static int windowOf(RevocationInfo revocation) {
    return PageChecks.windowOf(revocation.range().firstFrame());
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

  /** Empty if there is no such partition. */
  String nameOf(int partition) {
    PartitionDescriptor named = views.partitions().get(partition);
    return named == null ? "" : named.name();
  }

  /** An end of a channel, by its number if it is gone. */
  String endOf(int partition) {
    String name = nameOf(partition);
    return name.isEmpty() ? "#" + partition : name;
  }
}
