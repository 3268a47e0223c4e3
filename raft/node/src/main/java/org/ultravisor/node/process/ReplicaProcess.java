package org.ultravisor.node.process;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.command.ChannelTls;
import org.ultravisor.ledger.command.client.ClientOptions;
import org.ultravisor.ledger.command.client.LedgerClient;
import org.ultravisor.ledger.command.server.CommandServer;
import org.ultravisor.ledger.command.server.ServerOptions;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.node.host.HostSide;
import org.ultravisor.raft.replica.ElectionTimeouts;
import org.ultravisor.raft.replica.GuardPolicy;
import org.ultravisor.raft.replica.Peer;
import org.ultravisor.raft.replica.Replica;
import org.ultravisor.raft.replica.ReplicaConfig;
import org.ultravisor.raft.tls.TlsFiles;
import org.ultravisor.raft.tls.TlsPaths;

/**
 * A running replica with its command channel and its host's side. A failure of the replica halts
 * the process; {@link #close} leaves the cluster in order.
 */
public final class ReplicaProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaProcess.class);

  /** How many election timeouts a leader that ends waits for its successor. */
  private static final long HAND_OVERS = 3;

  /** How soon files that were replaced are noticed. */
  private static final Duration TLS_LOOK = Duration.ofSeconds(2);

  private final ExecutorService workers;
  private final HostSide host;
  private final Replica replica;
  private final CommandServer server;
  private final LedgerClient others;
  private final CompletableFuture<String> removed;
  private final Duration handOverPatience;
  private final ReplicaMetrics metrics;
  private final Optional<TlsFiles> tls;

  /**
   * Starts everything; returns when the command channel listens, whether or not there is a leader.
   *
   * @throws IOException saying what is in the way; nothing runs then
   */
  public static ReplicaProcess start(NodeConfig config) throws IOException {
    Optional<TlsFiles> tls = tls(config);
    ExecutorService workers =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name(config.id() + "-worker-", 0).factory());
    HostSide host = new HostSide(config.id(), nonce(), config.host());
    SequenceWaits waits = new SequenceWaits(workers);
    CompletableFuture<String> removed = new CompletableFuture<>();
    try {
      Replica replica =
          Replica.start(
              secured(replicaConfig(config), tls),
              new ReplicaEvents(host.listener(), waits, removed));
      try {
        return new ReplicaProcess(config, tls, workers, host, replica, waits, removed);
      } catch (IOException | RuntimeException e) {
        replica.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      workers.close();
      throw e;
    }
  }

  private ReplicaProcess(
      NodeConfig config,
      Optional<TlsFiles> tls,
      ExecutorService workers,
      HostSide host,
      Replica replica,
      SequenceWaits waits,
      CompletableFuture<String> removed)
      throws IOException {
    this.removed = removed;
    this.handOverPatience = Duration.ofMillis(HAND_OVERS * config.election().maximumMillis());
    this.tls = tls;
    this.workers = workers;
    this.host = host;
    this.replica = replica;
    ReplicaBackend backend = new ReplicaBackend(config, replica, waits, workers);
    ReplicaRegistry registry = new ReplicaRegistry();
    this.metrics = new ReplicaMetrics(registry, replica);
    this.server =
        CommandServer.start(
            ServerOptions.at(config.self().host(), config.self().commandPort())
                .with(config.security().limits())
                .with(channelTls(tls)),
            backend,
            registry);
    this.others =
        LedgerClient.of(
            ClientOptions.of(
                    config.replicas().stream().map(member -> channelOf(config, member)).toList(),
                    config.id())
                .withTls(channelTls(tls)));
    LeaderSubmission submission = new LeaderSubmission(replica, others);
    host.start(Duration.ofMillis(config.election().maximumMillis()), submission);
    replica.reportThrough(submission);
    tls.ifPresent(files -> files.watch(TLS_LOOK, server::recheckClients));
    LOG.info("Replica {} answers at {}", config.id(), server.address());
  }

  /** Base address of the command channel. */
  public URI address() {
    return server.address();
  }

  /**
   * Completes with a sentence when the replica was taken out of the cluster: it is to be closed.
   */
  public CompletableFuture<String> removed() {
    return removed;
  }

  /** Base address of a replica's command channel. */
  static URI channelOf(NodeConfig config, NodeConfig.Member member) {
    return channelOf(config, member.commandAddress());
  }

  /** Base address of the command channel at {@code host:port}. */
  static URI channelOf(NodeConfig config, String address) {
    return URI.create((config.security().tls().isPresent() ? "https://" : "http://") + address);
  }

  /** The files, once they are this replica's. */
  private static Optional<TlsFiles> tls(NodeConfig config) throws IOException {
    if (config.security().tls().isEmpty()) {
      return Optional.empty();
    }
    TlsPaths paths = config.security().tls().get();
    TlsFiles files = TlsFiles.open(paths);
    Principal self = files.principal();
    if (!self.name().equals(config.id()) || !self.has(Role.REPLICA)) {
      throw new IOException(
          "%s is the certificate of %s; expected '%s' with the role REPLICA"
              .formatted(paths.certificate(), self, config.id()));
    }
    return Optional.of(files);
  }

  private static @Nullable ChannelTls channelTls(Optional<TlsFiles> tls) {
    return tls.map(ChannelSecurity::of).orElse(null);
  }

  private static ReplicaConfig secured(ReplicaConfig plain, Optional<TlsFiles> tls) {
    return tls.map(plain::with).orElse(plain);
  }

  /** What a replica needs of the configuration. */
  public static ReplicaConfig replicaConfig(NodeConfig config) {
    List<Peer> peers =
        config.replicas().stream()
            .map(
                member ->
                    new Peer(
                        member.id(), member.host(), member.raftPort(), member.commandAddress()))
            .toList();
    ReplicaConfig replica = ReplicaConfig.of(config.id(), peers, config.dataDirectory());
    return config
        .join()
        .map(join -> replica.joining(join.cluster(), join.listener()))
        .orElse(replica)
        .with(
            ElectionTimeouts.ofMillis(
                config.election().minimumMillis(), config.election().maximumMillis()))
        .with(config.transport())
        .with(
            GuardPolicy.DEFAULT
                .withReportEvery(config.guard().reportEvery())
                .withStalledDisk(Duration.ofSeconds(config.guard().stalledDiskSeconds()))
                .withLeastFree(
                    (long) config.guard().leastFreeMegabytes() << 20,
                    GuardPolicy.DEFAULT.leastFreeFiles()));
  }

  private static long nonce() {
    SecureRandom random = new SecureRandom();
    long nonce = 0;
    while (nonce == 0) {
      nonce = random.nextLong();
    }
    return nonce;
  }

  /**
   * Gives the leadership away, if it has it, while it still answers: so nobody waits for an
   * election. Then stops reporting, answering and taking part, in this order.
   */
  @Override
  public void close() throws IOException {
    try {
      replica.handOver().orTimeout(handOverPatience.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      LOG.warn("Nobody took over the leadership; an election follows", e);
    }
    tls.ifPresent(TlsFiles::close);
    host.close();
    others.close();
    server.close();
    metrics.close();
    replica.close();
    workers.close();
  }
}
