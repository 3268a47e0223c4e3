package org.ultravisor.ledger.store;

import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/**
 * What an audit found.
 *
 * @param leaves leaves that were checked and found right; of compacted ones only the hash was
 * @param compaction what was forgotten, if anything was: the replay began at its checkpoint
 * @param committed how many of the leaves that could be read committed, the others being refused
 * @param events facts in them
 * @param logRoot Merkle root over the leaves checked; compare it with what another replica says
 * @param stateHash state hash in the last leaf checked
 * @param fencedWithoutEvidence sequences, at most 1,000, of an operator's fences without evidence:
 *     they void the guarantee for the pages concerned, but are no difference
 * @param firstDifference where it ended, if anything was wrong
 */
public record AuditReport(
    AuditDepth depth,
    long leaves,
    Optional<Compaction> compaction,
    long committed,
    long events,
    MerkleHash logRoot,
    StateHash stateHash,
    List<Long> fencedWithoutEvidence,
    Optional<Difference> firstDifference) {
  public AuditReport {
    fencedWithoutEvidence = List.copyOf(fencedWithoutEvidence);
  }

  /** Whether all leaves were checked and nothing was wrong. */
  public boolean good() {
    return firstDifference.isEmpty();
  }
}
