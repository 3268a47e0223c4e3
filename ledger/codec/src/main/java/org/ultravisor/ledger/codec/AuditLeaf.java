package org.ultravisor.ledger.codec;

import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.StateHash;

/** A leaf as the audit log keeps it: with the hash of the state that it led to. */
public record AuditLeaf(Leaf leaf, StateHash stateHash) {
  public long sequence() {
    return leaf.sequence();
  }
}
