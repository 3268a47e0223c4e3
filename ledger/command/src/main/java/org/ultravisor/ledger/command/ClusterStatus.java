package org.ultravisor.ledger.command;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.core.StateHash;

/**
 * What a replica says of itself and of the cluster. The ledger's figures belong together, at one
 * sequence.
 *
 * @param cluster which cluster it belongs to: what a replica that joins must name
 * @param role LEADER, FOLLOWER, CANDIDATE, LISTENER or STARTING
 * @param lifeCycle STARTING, RUNNING, PAUSED, CLOSED or FAILED
 * @param ready whether it answers linearizable reads and leads or knows a leader
 * @param notReady why clients should not be sent here now, if so
 * @param leader the leader's name, if one is known
 * @param leaderAddress of the leader's command channel, if known
 * @param appliedIndex of Raft's log; -1 for none
 * @param commitIndex of Raft's log; -1 for none
 * @param snapshotIndex of the newest snapshot; -1 for none
 * @param sequence of the last leaf
 * @param logRoot Merkle root over all leaves, in hexadecimal
 * @param agreedSequence the last one at which this replica saw a majority have the same state since
 *     it started; 0 for none
 * @param members all replicas as Raft's configuration has them, and those that come or go
 */
public record ClusterStatus(
    String replica,
    String cluster,
    String role,
    String lifeCycle,
    boolean ready,
    Optional<String> notReady,
    Optional<String> leader,
    Optional<URI> leaderAddress,
    long term,
    long appliedIndex,
    long commitIndex,
    long snapshotIndex,
    long sequence,
    String logRoot,
    StateHash stateHash,
    long agreedSequence,
    List<Member> members) {
  public ClusterStatus {
    members = List.copyOf(members);
  }

  /**
   * A replica of the cluster.
   *
   * @param part in the cluster
   * @param raftAddress {@code host:port} of the replicas' own traffic
   * @param address of its command channel, if known
   * @param matchIndex the last log entry known to be on its disk; -1 where only the leader knows
   * @param silentMillis how long it has not been heard of; -1 where only the leader knows
   */
  public record Member(
      String replica,
      Part part,
      String raftAddress,
      Optional<URI> address,
      long matchIndex,
      long silentMillis) {}

  /** What a member counts for. */
  public enum Part {
    /** One of those of which a majority decides. */
    VOTER,
    /** Follows, and does not vote. */
    LISTENER,
    /** Is being caught up before it is taken in. */
    JOINING,
    /** Belongs to the configuration that is being replaced. */
    LEAVING
  }
}
