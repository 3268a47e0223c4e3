package org.ultravisor.ledger.core;

/** Whether the owner keeps its access while a loan is open, as Arm's FF-A has it. */
public enum LoanKind {
  /** The owner has no access until it reclaims the pages. */
  LEND,
  /** The owner keeps its access. */
  SHARE
}
