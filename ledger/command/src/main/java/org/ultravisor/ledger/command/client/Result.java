package org.ultravisor.ledger.command.client;

import java.util.List;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Outcome;

/** What a client knows of a request that it made. */
public sealed interface Result {
  /** The session it was made in; 0 if in none. */
  long session();

  /** Its id within the session; 0 if it has none. */
  long requestId();

  /** It happened, once. */
  record Committed(long session, long requestId, long sequence, List<Event> events)
      implements Result {
    public Committed {
      events = List.copyOf(events);
    }
  }

  /** It did not happen and will not. */
  record Refused(long session, long requestId, Outcome.Refused refusal) implements Result {}

  /**
   * No answer within the deadline.
   *
   * @param mayHaveHappened whether it may have happened, or may happen yet: {@link
   *     LedgerClient#requestStatus} tells; if false, it never entered the log
   */
  record Unknown(long session, long requestId, String why, boolean mayHaveHappened)
      implements Result {}
}
