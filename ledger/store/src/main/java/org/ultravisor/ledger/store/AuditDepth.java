package org.ultravisor.ledger.store;

/** How much an audit checks; each includes those before it. */
public enum AuditDepth {
  /** Files, checksums, every leaf and the Merkle tree over them. */
  HASHES,
  /** Also the state hash after each leaf, by applying the events to an empty ledger. */
  EVENTS,
  /** Also each outcome, by deciding each transaction anew; and all invariants at the end. */
  DECISIONS
}
