package org.ultravisor.node.process;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ultravisor.raft.replica.Peer;
import org.ultravisor.raft.replica.Replica;
import org.ultravisor.raft.replica.ReplicaStatus.PeerProgress;

/**
 * How far each member is, as the leader knows it. Members come and go, so whose rows there are is
 * looked up whenever somebody asks. Any thread.
 */
final class PeerMetrics {
  private static final double NANOS = 1e9;

  private final Replica replica;
  private final MultiGauge matchIndex;
  private final MultiGauge silence;

  PeerMetrics(MeterRegistry registry, Replica replica) {
    this.replica = replica;
    this.matchIndex =
        MultiGauge.builder("ledger.raft.peer.match.index")
            .description("Last log entry on a follower's disk; only the leader knows")
            .register(registry);
    this.silence =
        MultiGauge.builder("ledger.raft.peer.silence")
            .description("How long ago a follower last answered; only the leader knows")
            .baseUnit("seconds")
            .register(registry);
  }

  /** Values of now, of the members of now and of who is being taken in. */
  void refresh() {
    Map<String, PeerProgress> progress =
        replica.status().peers().stream()
            .collect(Collectors.toMap(PeerProgress::id, Function.identity(), (a, b) -> a));
    List<String> members =
        Stream.concat(replica.membership().all().stream().map(Peer::id), progress.keySet().stream())
            .distinct()
            .toList();
    matchIndex.register(rows(members, progress, PeerProgress::matchIndex), true);
    silence.register(rows(members, progress, each -> each.lastHeard().toNanos() / NANOS), true);
  }

  private static List<MultiGauge.Row<?>> rows(
      List<String> members,
      Map<String, PeerProgress> progress,
      ToDoubleFunction<PeerProgress> value) {
    return members.stream()
        .<MultiGauge.Row<?>>map(
            id -> {
              PeerProgress known = progress.get(id);
              double now = known == null ? Double.NaN : value.applyAsDouble(known);
              return MultiGauge.Row.of(Tags.of("peer", id), now);
            })
        .toList();
  }
}
