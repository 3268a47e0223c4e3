package org.ultravisor.ledger.command;

import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;

/**
 * A leaf of the audit log as the channel shows it.
 *
 * @param ledgerTime milliseconds since 1970
 * @param stateHash of the state that the leaf led to
 * @param principal who asked, as the channel authenticated it
 */
public record LeafView(
    long sequence,
    long ledgerTime,
    StateHash stateHash,
    long fingerprint,
    Principal principal,
    Transaction transaction,
    Outcome outcome) {

  public static LeafView of(AuditLeaf audited) {
    Leaf leaf = audited.leaf();
    return new LeafView(
        leaf.sequence(),
        leaf.ledgerTime(),
        audited.stateHash(),
        leaf.submission().fingerprint(),
        leaf.submission().principal(),
        leaf.submission().transaction(),
        leaf.outcome());
  }

  public AuditLeaf audited() {
    return new AuditLeaf(
        new Leaf(
            sequence, ledgerTime, new Submission(principal, transaction, fingerprint), outcome),
        stateHash);
  }
}
