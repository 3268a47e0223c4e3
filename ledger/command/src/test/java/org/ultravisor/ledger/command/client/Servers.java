package org.ultravisor.ledger.command.client;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ultravisor.ledger.command.FakeCluster;
import org.ultravisor.ledger.command.server.CommandServer;
import org.ultravisor.ledger.command.server.ServerOptions;

/** Command channels over a fake cluster. */
final class Servers implements AutoCloseable {
  final FakeCluster cluster = new FakeCluster();
  final List<CommandServer> servers = new ArrayList<>();
  private final List<FakeCluster.Replica> replicas = new ArrayList<>();
  private final List<PrometheusMeterRegistry> registries = new ArrayList<>();
  private final ServerOptions options;

  Servers(int count, ServerOptions options) throws IOException {
    this.options = options;
    for (int i = 0; i < count; i++) {
      add();
    }
  }

  static ServerOptions quick() {
    return ServerOptions.at("127.0.0.1", 0)
        .withRequestTimeout(Duration.ofMillis(300))
        .withStream(Duration.ofMillis(50), Duration.ofMillis(300));
  }

  void add() throws IOException {
    FakeCluster.Replica replica = cluster.addReplica();
    replicas.add(replica);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    CommandServer server = CommandServer.start(options, replica, registry);
    registries.add(registry);
    replica.listensAt(server.address());
    servers.add(server);
  }

  List<URI> addresses() {
    return servers.stream().map(CommandServer::address).toList();
  }

  /** How many streams the first server has open. */
  double streams() {
    return registries.getFirst().get("ledger.command.streams").gauge().value();
  }

  /** A client with a deadline that a busy machine does not reach. */
  LedgerClient client() {
    return client(Duration.ofSeconds(30));
  }

  LedgerClient client(Duration deadline) {
    return LedgerClient.of(options(deadline));
  }

  LedgerClient client(ClientOptions.Channel channel) {
    return LedgerClient.of(options(Duration.ofSeconds(30)).withChannel(channel));
  }

  private ClientOptions options(Duration deadline) {
    return ClientOptions.of(addresses(), "test")
        .withDeadline(deadline)
        .withAttemptTimeout(Duration.ofSeconds(1));
  }

  /** Starts the first server again, which is closed, where it was. */
  void restartFirst() throws IOException {
    CommandServer before = servers.getFirst();
    servers.set(
        0,
        CommandServer.start(
            ServerOptions.at(before.address().getHost(), before.address().getPort()),
            replicas.getFirst(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
  }

  @Override
  public void close() {
    servers.forEach(CommandServer::close);
  }
}
