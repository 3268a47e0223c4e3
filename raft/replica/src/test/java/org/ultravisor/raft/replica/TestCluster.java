package org.ultravisor.raft.replica;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.raft.wire.Wire;

/** Replicas r1, r2, ... in this JVM, on loopback, in directories below one. */
final class TestCluster implements AutoCloseable {
  private final Path root;
  private final List<Peer> peers;
  private final UnaryOperator<ReplicaConfig> settings;
  private final InstantSource clock;
  private final UnaryOperator<Wire> network;
  private final Map<String, Replica> running = new ConcurrentSkipListMap<>();
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private final Map<String, Peer> joiners = new ConcurrentHashMap<>();
  private final Set<String> listeners = ConcurrentHashMap.newKeySet();

  /** What a replica's listener was told, over all its starts. */
  static final class Heard implements ReplicaListener {
    final List<Long> sequences = new CopyOnWriteArrayList<>();
    final List<Long> installed = new CopyOnWriteArrayList<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    final List<String> removals = new CopyOnWriteArrayList<>();
    volatile boolean leads;
    volatile Runnable fault = () -> {};

    /** Done to the live state after the next entry, once. */
    final AtomicReference<@Nullable Consumer<Ledger>> corruption = new AtomicReference<>();

    @Override
    public void applied(List<Leaf> leaves, Ledger ledger) {
      fault.run();
      Consumer<Ledger> corrupt = corruption.getAndSet(null);
      if (corrupt != null) {
        corrupt.accept(ledger);
      }
      leaves.forEach(leaf -> sequences.add(leaf.sequence()));
    }

    @Override
    public void snapshotInstalled(Ledger ledger) {
      installed.add(ledger.sequence());
    }

    @Override
    public void leadership(boolean leaderReady) {
      leads = leaderReady;
    }

    @Override
    public void removed(String why) {
      removals.add(why);
    }

    @Override
    public void failed(Throwable cause) {
      failures.add(cause);
    }
  }

  TestCluster(Path root, int size, UnaryOperator<ReplicaConfig> settings) throws IOException {
    this(root, size, settings, InstantSource.system());
  }

  /**
   * @param clock that every replica has, so that its leader stamps by it
   */
  TestCluster(Path root, int size, UnaryOperator<ReplicaConfig> settings, InstantSource clock)
      throws IOException {
    this(root, size, settings, clock, wire -> wire);
  }

  /**
   * @param network what is between each replica's wire and Raft
   */
  TestCluster(
      Path root,
      int size,
      UnaryOperator<ReplicaConfig> settings,
      InstantSource clock,
      UnaryOperator<Wire> network)
      throws IOException {
    this.root = root;
    this.network = network;
    this.settings = settings;
    this.clock = clock;
    this.peers = freePeers(size);
    for (Peer peer : peers) {
      start(peer.id());
    }
  }

  static List<Peer> freePeers(int size) throws IOException {
    List<Peer> peers = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(socket);
      peers.add(new Peer("r" + i, "127.0.0.1", socket.getLocalPort()));
    }
    for (ServerSocket socket : held) {
      socket.close();
    }
    return peers;
  }

  ReplicaConfig config(String id) {
    Peer joiner = joiners.get(id);
    ReplicaConfig config =
        joiner == null
            ? ReplicaConfig.of(id, peers, root.resolve(id))
            : ReplicaConfig.of(id, List.of(joiner), root.resolve(id))
                .joining(leader().membership().group(), listeners.contains(id));
    return settings.apply(config.with(ElectionTimeouts.PATIENT));
  }

  /** Starts a replica that waits to be taken into the cluster, as a listener. */
  Peer startListener(String id) throws IOException {
    listeners.add(id);
    return startJoining(id);
  }

  /** Starts a replica that waits to be taken into the cluster. */
  Peer startJoining(String id) throws IOException {
    Peer free = freePeers(1).getFirst();
    Peer peer = new Peer(id, free.host(), free.raftPort(), "127.0.0.1:1" + id.substring(1));
    joiners.put(id, peer);
    start(id);
    return peer;
  }

  List<Peer> peers() {
    return peers;
  }

  Replica start(String id) throws IOException {
    return start(id, Ledger.NEWEST_RULES);
  }

  /** As a program that knows these rules. */
  Replica start(String id, int knownRules) throws IOException {
    Replica replica = Replica.start(config(id), heard(id), clock, network, knownRules);
    running.put(id, replica);
    replica.reportThrough(this::submitToLeader);
    return replica;
  }

  /** As a replica does: to whichever leads now, if one does. */
  private CompletableFuture<Outcome> submitToLeader(Transaction transaction) {
    return replicas().stream()
        .filter(replica -> replica.status().leaderReady())
        .findFirst()
        .map(leader -> leader.submit(Principal.LOCAL, transaction))
        .orElseGet(() -> CompletableFuture.failedFuture(new BusyException("no replica leads")));
  }

  void stop(String id) throws IOException {
    Objects.requireNonNull(running.remove(id), id).close();
  }

  Replica get(String id) {
    return Objects.requireNonNull(running.get(id), id);
  }

  Heard heard(String id) {
    return heard.computeIfAbsent(id, name -> new Heard());
  }

  Collection<Replica> replicas() {
    return running.values();
  }

  /** The leader, once there is one that is ready. */
  Replica leader() {
    Replica[] found = new Replica[1];
    Await.until(
        () -> "a leader among " + replicas().stream().map(Replica::status).toList(),
        () -> {
          for (Replica replica : replicas()) {
            if (replica.status().leaderReady()) {
              found[0] = replica;
            }
          }
          return found[0] != null;
        });
    return found[0];
  }

  /** Any replica that does not lead. */
  Replica follower() {
    Replica leader = leader();
    return replicas().stream().filter(replica -> replica != leader).findFirst().orElseThrow();
  }

  /** As a client does: asks whoever leads, again and again with the same ids, for the outcome. */
  Outcome submit(Transaction transaction) {
    Outcome[] outcome = new Outcome[1];
    Await.until(
        () -> "an outcome of " + transaction,
        () -> {
          try {
            outcome[0] = leader().submit(Principal.LOCAL, transaction).join();
            return true;
          } catch (CompletionException e) {
            if (e.getCause() instanceof ReplicaException) {
              return false;
            }
            throw e;
          }
        });
    return outcome[0];
  }

  /** Waits until every running replica is at the leader's sequence, then compares their states. */
  void awaitEqual() {
    long sequence = leader().status().sequence();
    Await.until(
        () ->
            "all at sequence %d: %s"
                .formatted(sequence, replicas().stream().map(Replica::status).toList()),
        () -> replicas().stream().allMatch(replica -> replica.status().sequence() == sequence));
    List<String> states =
        replicas().stream()
            .map(Replica::status)
            .map(status -> status.stateHash() + " " + status.logRoot())
            .distinct()
            .toList();
    if (states.size() != 1) {
      throw new AssertionError(
          "states differ: " + replicas().stream().map(Replica::status).toList());
    }
  }

  /** At once: Ratis' log waits a second for nothing before it ends. */
  @Override
  public void close() {
    CompletableFuture<?>[] ends =
        replicas().stream()
            .map(replica -> CompletableFuture.runAsync(() -> close(replica)))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(ends).join();
  }

  private static void close(Replica replica) {
    try {
      replica.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
