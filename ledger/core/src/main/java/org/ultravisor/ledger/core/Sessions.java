package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Exactly once: which requests have been executed, and for how long that is remembered. Everything
 * here is in the replicated state; nothing depends on a clock.
 */
final class Sessions {
  /** A session that did nothing for so long, by ledger time, expires. */
  static final long MOST_IDLE_MILLIS = 24L * 60 * 60 * 1000;

  /** Of more sessions, those idle for longest expire. */
  static final int MOST_SESSIONS = 100_000;

  /**
   * While so many answers are kept in all, each transaction makes the session expire that is idle
   * for longest. A transaction leaves one answer at most, so there are hardly more than this.
   */
  static final int MOST_ANSWERS = 1_000_000;

  /** One transaction forgets no more sessions than this, so that its cost is bounded. */
  static final int MOST_EXPIRED_AT_ONCE = 64;

  private final State state;
  private final int mostSessions;
  private final int mostAnswers;

  Sessions(State state, int mostSessions, int mostAnswers) {
    this.state = state;
    this.mostSessions = mostSessions;
    this.mostAnswers = mostAnswers;
  }

  /** The answer to a request that is not to be executed; null if it is. */
  @Nullable Execution answer(Submission submission) {
    Transaction transaction = submission.transaction();
    if (transaction.session() == Transaction.NO_SESSION) {
      return answerSessionless(transaction);
    }
    SessionInfo session = state.sessions.get(transaction.session());
    if (session == null) {
      return rejected(Refusal.SESSION_EXPIRED, "session " + transaction.session());
    }
    if (!session.owner().equals(submission.principal().name())) {
      return rejected(
          Refusal.NOT_PERMITTED,
          "session %d is not that of %s".formatted(session.session(), submission.principal()));
    }
    long request = transaction.requestId();
    Answer known = state.answers.get(Answer.key(session.session(), request));
    if (known != null && known.requestId() == request) {
      return known.fingerprint() == submission.fingerprint()
          ? new Execution.Repeated(known.sequence())
          : rejected(
              Refusal.REQUEST_ID_REUSED,
              "request %d is in the leaf with sequence %d".formatted(request, known.sequence()));
    }
    if (request < session.lowestUnanswered()) {
      return rejected(
          Refusal.REQUEST_ID_FORGOTTEN,
          "request %d; the lowest wanted is %d".formatted(request, session.lowestUnanswered()));
    }
    long lowest = Math.max(session.lowestUnanswered(), transaction.lowestUnanswered());
    return request - lowest < Answer.WINDOW
        ? null
        : rejected(
            Refusal.TOO_MANY_OUTSTANDING,
            "request %d; the lowest wanted is %d".formatted(request, lowest));
  }

  private static @Nullable Execution answerSessionless(Transaction transaction) {
    for (Operation operation : transaction.operations()) {
      if (!harmlessTwice(operation)) {
        return rejected(Refusal.SESSION_REQUIRED, operation.getClass().getSimpleName());
      }
    }
    return null;
  }

  private static boolean harmlessTwice(Operation operation) {
    return switch (operation) {
      case Operation.OpenSession op -> true;
      case Operation.AttachReplica op -> true;
      case Operation.AttachHost op -> true;
      case Operation.AttachMonitor op -> true;
      case Operation.AcknowledgeView op -> true;
      case Operation.FenceMonitor op -> true;
      case Operation.RecordScrub op -> true;
      case Operation.Tick op -> true;
      case Operation.AnnounceRules op -> true;
      case Operation.AdministerCluster op -> true;
      case Operation.ReportState op -> true;
      default -> false;
    };
  }

  private static Execution.Rejected rejected(Refusal reason, String detail) {
    return new Execution.Rejected(new Outcome.Refused(0, -1, reason, detail));
  }

  /** Notes that the session is about to have a transaction: it is the least idle from here on. */
  void use(long session) {
    if (session != Transaction.NO_SESSION) {
      state.indexes.sessionsByIdleness.get(session);
    }
  }

  /** Remembers that a request was executed, and forgets what the client no longer wants. */
  void remember(Submission submission, long sequence, long ledgerTime) {
    Transaction transaction = submission.transaction();
    if (transaction.session() == Transaction.NO_SESSION) {
      return;
    }
    SessionInfo session = state.sessions.require(transaction.session());
    long lowest = Math.max(session.lowestUnanswered(), transaction.lowestUnanswered());
    long forget = Math.min(lowest - session.lowestUnanswered(), Answer.WINDOW);
    for (long i = 0; i < forget; i++) {
      long key = Answer.key(session.session(), session.lowestUnanswered() + i);
      if (state.answers.get(key) != null) {
        state.answers.remove(key);
      }
    }
    state.answers.put(
        Answer.key(session.session(), transaction.requestId()),
        new Answer(transaction.requestId(), sequence, submission.fingerprint()));
    state.sessions.put(
        session.session(),
        new SessionInfo(
            session.session(), session.owner(), session.nonce(), lowest, sequence, ledgerTime));
  }

  /**
   * The sessions that expire with a transaction at this ledger time, idle for longest first.
   *
   * @param own the transaction's session, which is in use and so does not expire
   */
  List<Event> expiring(long ledgerTime, long own) {
    int tooMany = state.sessions.rows().size() - mostSessions;
    int least = Math.max(tooMany, state.answers.rows().size() >= mostAnswers ? 1 : 0);
    Iterator<Long> idlest = state.indexes.sessionsByIdleness.keySet().iterator();
    List<Event> expired = List.of();
    while (expired.size() < MOST_EXPIRED_AT_ONCE && idlest.hasNext()) {
      SessionInfo session = state.sessions.require(idlest.next());
      if (session.session() == own) {
        continue;
      }
      boolean idle = ledgerTime - session.lastTime() > MOST_IDLE_MILLIS;
      if (!idle && expired.size() >= least) {
        break;
      }
      if (expired.isEmpty()) {
        expired = new ArrayList<>();
      }
      expired.add(new Event.SessionExpired(session.session()));
    }
    return expired;
  }
}
