package org.ultravisor.raft.replica;

import java.util.List;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;

/**
 * What a replica tells its process. Every method returns soon: commits wait for it. A method that
 * throws ends the replica like any other error while applying.
 */
public interface ReplicaListener {

  /** Hears nothing but failures, and ends the process on one. */
  ReplicaListener NONE = new ReplicaListener() {};

  /**
   * The replica's own state is known: at the start, and before the first {@link #applied}. Called
   * on one of Raft's threads while the replica's start waits.
   *
   * @param ledger live; only valid during the call
   */
  default void recovered(Ledger ledger) {}

  /**
   * Transactions were applied and written. Called on the apply thread, in log order, once for each
   * log entry that left at least one leaf.
   *
   * @param leaves the new ones, in order
   * @param ledger the live state after the last of them; only valid during the call
   */
  default void applied(List<Leaf> leaves, Ledger ledger) {}

  /**
   * The whole state was replaced by a snapshot from the leader: leaves in between were not told.
   * Called on the apply thread.
   *
   * @param ledger live; only valid during the call
   */
  default void snapshotInstalled(Ledger ledger) {}

  /**
   * This replica begins to lead and is ready for transactions, or it does not lead any more. Called
   * on one of Raft's threads.
   */
  default void leadership(boolean leaderReady) {}

  /**
   * The replica was taken out of the cluster, which goes on without it; it answers nothing more and
   * may be closed. Called at most once, on one of the replica's own threads or Raft's.
   *
   * @param why a sentence for people
   */
  default void removed(String why) {
    LoggerFactory.getLogger(ReplicaListener.class).warn("{}: ending", why);
    ProcessEnd.now(0);
  }

  /**
   * The replica cannot go on and answers nothing more. The process must end: what it would do from
   * here on is not known to be right. Called once, on whichever thread found it.
   */
  default void failed(Throwable cause) {
    LoggerFactory.getLogger(ReplicaListener.class).error("The replica failed: halting", cause);
    ProcessEnd.now(70);
  }
}
