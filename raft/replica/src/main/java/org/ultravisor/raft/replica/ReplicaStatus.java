package org.ultravisor.raft.replica;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.core.StateHash;

/**
 * What a replica says of itself. Ledger figures belong together (one sequence); Raft's may be a
 * moment newer.
 *
 * @param leaderReady whether it leads and accepts transactions
 * @param leaderId the leader, if this replica knows one
 * @param term Raft's term
 * @param appliedIndex the last log entry in the ledger; -1 for none
 * @param commitIndex the last log entry known to be committed; -1 for none
 * @param snapshotIndex the last log entry of the newest snapshot; -1 for none
 * @param sequence of the last leaf; 0 for an empty ledger
 * @param logRoot Merkle root over all leaves, in hexadecimal
 * @param agreedSequence the last one at which a majority was seen to have the same state, since
 *     this replica's start; 0 for none
 * @param lifeCycle whether it runs, or how it ended
 * @param problem why it should not be used now, if so: its disk hangs or is nearly full
 * @param peers what the leader knows of the others; empty elsewhere
 */
public record ReplicaStatus(
    String id,
    Role role,
    boolean leaderReady,
    Optional<String> leaderId,
    long term,
    long appliedIndex,
    long commitIndex,
    long snapshotIndex,
    long sequence,
    String logRoot,
    StateHash stateHash,
    long agreedSequence,
    LifeCycle lifeCycle,
    Optional<String> problem,
    List<PeerProgress> peers) {

  public ReplicaStatus {
    peers = List.copyOf(peers);
  }

  /** A replica's part in the cluster. */
  public enum Role {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    LISTENER,
    STARTING
  }

  /** Whether a replica can answer. */
  public enum LifeCycle {
    STARTING,
    RUNNING,
    /** Installing a snapshot. */
    PAUSED,
    CLOSED,
    FAILED
  }

  /**
   * How far a follower has come, as the leader knows it.
   *
   * @param peer which one; it may be joining, and not a member yet
   * @param matchIndex the last log entry known to be on its disk; -1 for none
   * @param lastHeard how long ago it last answered
   */
  public record PeerProgress(Peer peer, long matchIndex, Duration lastHeard) {
    public String id() {
      return peer.id();
    }
  }
}
