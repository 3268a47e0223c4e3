package org.ultravisor.raft.replica;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.ultravisor.raft.tls.TlsFiles;

/**
 * What a replica needs to know to start.
 *
 * @param id which of the peers this one is
 * @param peers the founding members, the same list on every one of them, in any order. Once the
 *     directory is formatted, only this replica's own entry counts: who the members are is in
 *     Raft's storage
 * @param joins the cluster that this replica joins; empty if it is one of the founders
 * @param directory everything this replica keeps; formatted if it is empty or missing
 * @param tls what replicas show each other; empty for plain connections
 */
public record ReplicaConfig(
    String id,
    List<Peer> peers,
    Optional<Joining> joins,
    Path directory,
    ElectionTimeouts electionTimeouts,
    SnapshotPolicy snapshots,
    CommitLimits commitLimits,
    Transport transport,
    GuardPolicy guard,
    Optional<TlsFiles> tls) {

  public ReplicaConfig {
    peers = List.copyOf(peers);
    if (peers.isEmpty()) {
      throw new IllegalArgumentException("the peer list is empty");
    }
    Set<String> ids = new HashSet<>();
    Set<String> addresses = new HashSet<>();
    for (Peer peer : peers) {
      if (!ids.add(peer.id())) {
        throw new IllegalArgumentException("the peer list names replica " + peer.id() + " twice");
      }
      if (!addresses.add(peer.address())) {
        throw new IllegalArgumentException(
            "two replicas of the peer list have the address " + peer.address());
      }
    }
    if (!ids.contains(id)) {
      throw new IllegalArgumentException(
          "replica %s is not in the peer list %s".formatted(id, ids.stream().sorted().toList()));
    }
    directory = directory.toAbsolutePath().normalize();
  }

  /** A configuration for a shared machine. */
  public static ReplicaConfig of(String id, List<Peer> peers, Path directory) {
    return new ReplicaConfig(
        id,
        peers,
        Optional.empty(),
        directory,
        ElectionTimeouts.SHARED,
        SnapshotPolicy.DEFAULT,
        CommitLimits.DEFAULT,
        Transport.WIRE,
        GuardPolicy.DEFAULT,
        Optional.empty());
  }

  public ReplicaConfig with(ElectionTimeouts timeouts) {
    return new ReplicaConfig(
        id, peers, joins, directory, timeouts, snapshots, commitLimits, transport, guard, tls);
  }

  public ReplicaConfig with(SnapshotPolicy policy) {
    return new ReplicaConfig(
        id, peers, joins, directory, electionTimeouts, policy, commitLimits, transport, guard, tls);
  }

  public ReplicaConfig with(CommitLimits limits) {
    return new ReplicaConfig(
        id, peers, joins, directory, electionTimeouts, snapshots, limits, transport, guard, tls);
  }

  public ReplicaConfig with(Transport other) {
    return new ReplicaConfig(
        id, peers, joins, directory, electionTimeouts, snapshots, commitLimits, other, guard, tls);
  }

  public ReplicaConfig with(GuardPolicy policy) {
    return new ReplicaConfig(
        id,
        peers,
        joins,
        directory,
        electionTimeouts,
        snapshots,
        commitLimits,
        transport,
        policy,
        tls);
  }

  /**
   * What a replica joins.
   *
   * @param group the cluster
   * @param listener whether it is to be added as one that does not vote
   */
  public record Joining(UUID group, boolean listener) {}

  /** The configuration of a replica that is to be added to a cluster that runs. */
  public ReplicaConfig joining(UUID group, boolean listener) {
    return new ReplicaConfig(
        id,
        peers,
        Optional.of(new Joining(group, listener)),
        directory,
        electionTimeouts,
        snapshots,
        commitLimits,
        transport,
        guard,
        tls);
  }

  /** With connections to others that show certificates. */
  public ReplicaConfig with(TlsFiles files) {
    return new ReplicaConfig(
        id,
        peers,
        joins,
        directory,
        electionTimeouts,
        snapshots,
        commitLimits,
        transport,
        guard,
        Optional.of(files));
  }

  /** This replica's own entry in the peer list. */
  public Peer self() {
    return peers.stream().filter(peer -> peer.id().equals(id)).findFirst().orElseThrow();
  }
}
