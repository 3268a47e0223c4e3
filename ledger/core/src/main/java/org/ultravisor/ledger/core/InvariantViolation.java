package org.ultravisor.ledger.core;

/**
 * Something that must always hold does not. The ledger cannot be trusted any more: the process that
 * holds it must stop, not go on.
 */
public final class InvariantViolation extends IllegalStateException {
  private static final long serialVersionUID = 1;

  public InvariantViolation(String what) {
    super(what);
  }
}
