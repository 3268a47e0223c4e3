package org.ultravisor.ledger.store;

/** Hears how far an audit has come. Called on the audit's thread. */
@FunctionalInterface
public interface AuditProgress {
  /** Told every few hundred leaves how many are checked. */
  void leaves(long checked);

  /** Told, once all leaves are checked, which part of the state is checked next. */
  default void invariants(String part) {}
}
