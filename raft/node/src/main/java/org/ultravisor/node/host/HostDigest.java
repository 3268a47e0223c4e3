package org.ultravisor.node.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.ultravisor.bridge.HostContent;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.mapping.PageRange;

/** Sums up what the ledger says about one host: for its agent, and for who watches the answers. */
final class HostDigest {
  private static final int MOST_SCRUBS = 4096;

  private final String hostName;
  private final PageRange window;
  private final PartitionNames names;
  private final PendingRevocations pending;

  HostDigest(String hostName, PageRange window, PartitionNames names, PendingRevocations pending) {
    this.hostName = hostName;
    this.window = window;
    this.names = names;
    this.pending = pending;
  }

  /**
   * @param replicaAttached whether this replica's own attachment was applied
   */
  HostFacts facts(LedgerQueries ledger, boolean replicaAttached) {
    Map<String, MonitorInfo> monitors = new HashMap<>();
    for (MonitorInfo monitor : ledger.monitors()) {
      String name = names.nameOf(monitor.partition());
      if (name != null) {
        monitors.put(name, monitor);
      }
    }
    Optional<HostInfo> host =
        ledger.hosts().stream().filter(h -> h.host().equals(hostName)).findFirst();
    Set<Long> due = new TreeSet<>();
    pending.due(MOST_SCRUBS).forEach(revocation -> due.add(revocation.revocation()));
    return new HostFacts(
        ledger.sequence(),
        replicaAttached,
        host,
        names.existing(),
        monitors,
        pending.awaited(),
        due);
  }

  /**
   * What the host view says.
   *
   * @param floor ledger sequence of the host agent's attachment
   */
  HostContent content(HostFacts known, long floor) {
    List<HostContent.Scrub> scrubs = new ArrayList<>();
    for (RevocationInfo due : pending.due(MOST_SCRUBS)) {
      PageRange range = due.range();
      scrubs.add(
          new HostContent.Scrub(
              due.revocation(),
              range.firstFrame() - window.firstFrame(),
              range.frameCount(),
              true));
    }
    List<HostContent.Monitor> monitors = new ArrayList<>();
    known
        .monitors()
        .forEach(
            (name, monitor) -> {
              if (monitor.host().equals(hostName)) {
                monitors.add(
                    new HostContent.Monitor(
                        monitor.partition(), name, monitor.incarnation(), monitor.nonce()));
              }
            });
    return known
        .host()
        .map(h -> new HostContent(h.nonce(), h.incarnation(), floor, scrubs, monitors))
        .orElseGet(() -> new HostContent(0, 0, 0, scrubs, monitors));
  }
}
