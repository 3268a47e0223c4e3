package org.ultravisor.raft.replica;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.ultravisor.ledger.core.Outcome;

/** The way into the replicated log, as group commit sees it. */
interface EntryLog {

  /** Throws a definite {@link ReplicaException} unless this replica leads and is ready. */
  void requireLeader();

  /**
   * Appends an entry; completes when a majority has it on disk and it is applied here, with one
   * outcome for each of its submissions. Fails with a {@link ReplicaException}: a definite one only
   * if the entry never entered the log.
   */
  CompletableFuture<List<Outcome>> append(ProposedEntry entry);
}
