package org.ultravisor.ledger.core;

import java.util.List;

/** What became of a transaction. Definite: either it happened here, or nothing changed. */
public sealed interface Outcome {
  /** The number of the transaction's leaf in the audit log, from 1; 0 where it has none. */
  long sequence();

  /** It happened; these are the facts, in order. */
  record Committed(long sequence, List<Event> events) implements Outcome {
    public Committed {
      events = List.copyOf(events);
    }
  }

  /**
   * Nothing changed.
   *
   * @param sequence 0 if the request never reached its operations (see {@link
   *     Refusal#leavesNoLeaf()})
   * @param operation index of the operation that was refused, from 0; -1 for the request as a whole
   *     or one of its preconditions
   * @param detail the very thing that was wrong, for people
   */
  record Refused(long sequence, int operation, Refusal reason, String detail) implements Outcome {}
}
