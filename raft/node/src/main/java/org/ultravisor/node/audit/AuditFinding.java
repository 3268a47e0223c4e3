package org.ultravisor.node.audit;

import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.store.Compaction;

/**
 * What an audit found.
 *
 * @param leaves that were checked and found right; of compacted ones only the hash was
 * @param checkpoint from which the rest was replayed, if history is compacted
 * @param committed how many of the leaves replayed committed, the others being refused
 * @param events facts in them
 * @param logRoot Merkle root over them, in hexadecimal
 * @param stateHash of the state that they lead to, in hexadecimal
 * @param fencedWithoutEvidence sequences of an operator's fences without evidence, which void the
 *     guarantee for the pages concerned
 * @param difference the first thing that was wrong, for people; empty if all was right
 */
public record AuditFinding(
    long leaves,
    Optional<Compaction> checkpoint,
    long committed,
    long events,
    String logRoot,
    String stateHash,
    List<Long> fencedWithoutEvidence,
    Optional<String> difference) {
  public AuditFinding {
    fencedWithoutEvidence = List.copyOf(fencedWithoutEvidence);
  }

  /** Whether everything was right. */
  public boolean good() {
    return difference.isEmpty();
  }
}
