package org.ultravisor.node.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.ultravisor.raft.replica.Replica;
import org.ultravisor.raft.replica.ReplicaFigures;
import org.ultravisor.raft.replica.ReplicaStatus;
import org.ultravisor.raft.replica.ReplicaStatus.Role;
import org.ultravisor.raft.replica.ReplicaStoppedException;

/**
 * What is measured of a replica and of its process, read when somebody asks. docs/metrics.md lists
 * all of it.
 */
final class ReplicaMetrics implements AutoCloseable {
  private final MeterRegistry registry;
  private final Replica replica;
  private final JvmGcMetrics collector = new JvmGcMetrics();

  ReplicaMetrics(ReplicaRegistry registry, Replica replica) {
    this.registry = registry;
    this.replica = replica;
    raft();
    registry.beforeEachAnswer(new PeerMetrics(registry, replica)::refresh);
    groupCommit();
    apply();
    ledger();
    process();
  }

  private void raft() {
    status("ledger.raft.term", "Raft's term", ReplicaStatus::term);
    for (Role role : Role.values()) {
      Gauge.builder("ledger.raft.role", replica, r -> r.status().role() == role ? 1 : 0)
          .description("1 for the part that this replica has in the cluster now")
          .tag("role", role.name())
          .register(registry);
    }
    status(
        "ledger.raft.commit.index",
        "Last log entry known to be committed",
        ReplicaStatus::commitIndex);
    status(
        "ledger.raft.applied.index",
        "Last log entry in this replica's ledger",
        ReplicaStatus::appliedIndex);
    status(
        "ledger.raft.snapshot.index",
        "Last log entry of the newest snapshot",
        ReplicaStatus::snapshotIndex);
    figure(
        "ledger.raft.unflushed.entries",
        "Log entries that are not on this replica's disk yet",
        ReplicaFigures::unflushed);
    Gauge.builder(
            "ledger.raft.since.snapshot", replica, r -> (double) r.figures().bytesSinceSnapshot())
        .description("Log entries applied since the last snapshot")
        .baseUnit("bytes")
        .register(registry);
    TimeGauge.builder(
            "ledger.disk.probe",
            replica,
            TimeUnit.NANOSECONDS,
            r -> (double) r.figures().probeNanos())
        .description("How long the last small write to the replica's disk took")
        .register(registry);
  }

  private void groupCommit() {
    counter("ledger.commit.entries", "Log entries that group commit made", ReplicaFigures::entries);
    counter(
        "ledger.commit.transactions",
        "Transactions in the entries that group commit made",
        ReplicaFigures::transactions);
    figure(
        "ledger.commit.waiting", "Transactions that wait for a log entry", ReplicaFigures::waiting);
    figure(
        "ledger.commit.in.flight",
        "Log entries that wait for their answers",
        ReplicaFigures::inFlight);
  }

  private void apply() {
    FunctionTimer.builder(
            "ledger.apply",
            replica,
            r -> r.figures().applied(),
            r -> (double) r.figures().applyNanos(),
            TimeUnit.NANOSECONDS)
        .description("Log entries until they are applied and written")
        .register(registry);
  }

  private void ledger() {
    status(
        "ledger.agreed.sequence",
        "Last sequence at which a majority was seen to have the same state",
        ReplicaStatus::agreedSequence);
    Gauge.builder("ledger.problem", replica, r -> r.status().problem().isPresent() ? 1 : 0)
        .description("Whether the disk hangs or is nearly full; /v1/ready says which")
        .register(registry);
    Gauge.builder("ledger.sessions", replica, ReplicaMetrics::sessions)
        .description("Open sessions")
        .register(registry);
  }

  private static double sessions(Replica replica) {
    try {
      return replica.readStale(state -> state.sessions().size());
    } catch (ReplicaStoppedException e) {
      return Double.NaN; // as of a meter that is not there
    }
  }

  private void process() {
    collector.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  private void status(String name, String description, ToDoubleFunction<ReplicaStatus> value) {
    Gauge.builder(name, replica, r -> value.applyAsDouble(r.status()))
        .description(description)
        .register(registry);
  }

  private void figure(String name, String description, ToDoubleFunction<ReplicaFigures> value) {
    Gauge.builder(name, replica, r -> value.applyAsDouble(r.figures()))
        .description(description)
        .register(registry);
  }

  private void counter(String name, String description, ToDoubleFunction<ReplicaFigures> value) {
    FunctionCounter.builder(name, replica, r -> value.applyAsDouble(r.figures()))
        .description(description)
        .register(registry);
  }

  @Override
  public void close() {
    collector.close();
  }
}
