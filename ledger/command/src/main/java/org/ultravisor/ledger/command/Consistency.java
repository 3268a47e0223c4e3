package org.ultravisor.ledger.command;

/** How fresh the state that is read must be. */
public enum Consistency {
  /** It holds everything that was acknowledged anywhere before the question. */
  LINEARIZABLE,
  /** This replica's, as it is; the answer says at which sequence. */
  STALE
}
