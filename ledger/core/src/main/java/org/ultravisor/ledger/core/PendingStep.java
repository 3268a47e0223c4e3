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
  /** What is held for the partition was not posted yet. */
  RESERVATION
}
