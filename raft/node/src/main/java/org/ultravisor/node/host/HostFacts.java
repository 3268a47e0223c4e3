package org.ultravisor.node.host;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.MonitorInfo;

/**
 * What the ledger says about this host at one sequence, for the thread that watches the answers.
 *
 * @param replicaAttached whether this replica's own attachment was applied
 * @param host the host, if its agent ever attached
 * @param partitions names of the partitions that exist, kept up to date
 * @param monitors the attached monitors, of any host, by their partition's name
 * @param awaited monitor incarnation → lowest sequence whose acknowledgement is awaited
 * @param scrubsDue revocations that the host agent may have zeroed
 */
record HostFacts(
    long sequence,
    boolean replicaAttached,
    Optional<HostInfo> host,
    Set<String> partitions,
    Map<String, MonitorInfo> monitors,
    Map<Long, Long> awaited,
    Set<Long> scrubsDue) {

  static final HostFacts NONE =
      new HostFacts(0, false, Optional.empty(), Set.of(), Map.of(), Map.of(), Set.of());

  HostFacts {
    monitors = Map.copyOf(monitors);
    awaited = Map.copyOf(awaited);
    scrubsDue = Set.copyOf(scrubsDue);
  }

  /** Whether an answer of a monitor or of the agent is awaited, so that looking often pays. */
  boolean somethingIsAwaited() {
    return !awaited.isEmpty() || !scrubsDue.isEmpty();
  }

  HostFacts at(long newSequence) {
    return new HostFacts(
        newSequence, replicaAttached, host, partitions, monitors, awaited, scrubsDue);
  }
}
