package org.ultravisor.ledger.core;

/** What the ledger did with a submission from the log. */
public sealed interface Execution {

  /** First seen: it now has a leaf. */
  record Executed(Leaf leaf) implements Execution {}

  /** A retry: the answer is the outcome in the leaf with this sequence. Nothing changed. */
  record Repeated(long sequence) implements Execution {}

  /** The request as such was refused (session, ids); it has no leaf. Nothing changed. */
  record Rejected(Outcome.Refused refused) implements Execution {}
}
