package org.ultravisor.ledger.core;

/** What is under way, seen from one partition. */
public enum PendingStep {
  /** New memory, which nobody has had yet, waits for its first scrub. */
  FIRST_SCRUB,
  /** Pages donated to the partition have not arrived. */
  DONATION_IN,
  /** Pages that the partition donated have not left it. */
  DONATION_OUT,
  /** Pages that the partition released, or left behind, are not free yet. */
  RELEASE,
  /** Broken pages are not out of use yet. */
  POISON,
  /** Rights that were taken from the partition may still be used. */
  PROTECT,
  /** Pages of a loan may still be used by their owner, so no borrower can retrieve them. */
  LEND,
  /** Pages that a borrower gives back, or must, may still be used by it. */
  RETURN,
  /** A loan that is ready was not retrieved. */
  LOAN_OFFERED,
  /** A loan that was retrieved was not given back, so its owner cannot reclaim it. */
  LOAN_HELD,
  /** What is held for the partition was not posted yet. */
  RESERVATION,
  /** A channel is being closed, and an end may still use its pages. */
  CHANNEL_CLOSING
}
