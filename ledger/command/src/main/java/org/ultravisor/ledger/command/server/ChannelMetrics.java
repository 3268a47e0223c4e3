package org.ultravisor.ledger.command.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ultravisor.ledger.command.frame.FrameKind;

/** What the channel measures of itself. */
final class ChannelMetrics {
  private final MeterRegistry registry;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private final Map<FrameAnswer, Timer> frames = new ConcurrentHashMap<>();

  ChannelMetrics(MeterRegistry registry, CommandBackend backend) {
    this.registry = registry;
    Gauge.builder("ledger.command.connections", connections, AtomicInteger::get)
        .description("Open connections of the command channel")
        .register(registry);
    Gauge.builder("ledger.command.streams", streams, AtomicInteger::get)
        .description("Open streams of events")
        .register(registry);
    Gauge.builder("ledger.sequence", backend, replica -> replica.status().sequence())
        .description("Sequence of this replica's last leaf")
        .register(registry);
    Gauge.builder("ledger.ready", backend, replica -> replica.status().ready() ? 1 : 0)
        .description("Whether this replica can answer")
        .register(registry);
  }

  AtomicInteger connections() {
    return connections;
  }

  AtomicInteger streams() {
    return streams;
  }

  void answered(Endpoint endpoint, int status, long startNanos) {
    Timer.builder("ledger.command.requests")
        .description("Requests of the command channel until their answer")
        .tag("method", endpoint.method().name())
        .tag("path", endpoint.path())
        .tag("status", Integer.toString(status))
        .register(registry)
        .record(Duration.ofNanos(System.nanoTime() - startNanos));
  }

  /** As {@link #answered}, of a question that came as a frame: on the hot path. */
  void frameAnswered(FrameKind kind, int status, long startNanos) {
    frames
        .computeIfAbsent(
            new FrameAnswer(kind, status),
            answer ->
                Timer.builder("ledger.command.requests")
                    .description("Requests of the command channel until their answer")
                    .tag("method", "FRAME")
                    .tag("path", kind.name())
                    .tag("status", Integer.toString(status))
                    .register(registry))
        .record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
  }

  private record FrameAnswer(FrameKind kind, int status) {}
}
