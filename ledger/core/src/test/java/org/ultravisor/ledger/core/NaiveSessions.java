package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which requests have an answer already. The model never lets a session expire. */
final class NaiveSessions {
  private static final long MOST_OUTSTANDING = 1024;

  /** What the ledger says to a request that it does not execute. */
  record Known(long repeated, @Nullable Refusal refused) {}

  private record Answered(long fingerprint, long sequence) {}

  private static final class Session {
    final long nonce;
    final String owner;
    long lowest = 1;
    final TreeMap<Long, Answered> answers = new TreeMap<>();

    Session(long nonce, String owner) {
      this.nonce = nonce;
      this.owner = owner;
    }
  }

  private final List<Session> sessions = new ArrayList<>();

  /** What is said of a request without executing it; null if it is executed. */
  @Nullable Known known(Submission submission) {
    Transaction transaction = submission.transaction();
    if (transaction.session() == Transaction.NO_SESSION) {
      return transaction.operations().stream().allMatch(NaiveSessions::harmlessTwice)
          ? null
          : new Known(0, Refusal.SESSION_REQUIRED);
    }
    if (transaction.session() > sessions.size()) {
      return new Known(0, Refusal.SESSION_EXPIRED);
    }
    Session session = sessions.get((int) transaction.session() - 1);
    if (!session.owner.equals(submission.principal().name())) {
      return new Known(0, Refusal.NOT_PERMITTED);
    }
    long request = transaction.requestId();
    Answered answered = session.answers.get(request);
    if (answered != null) {
      return answered.fingerprint() == submission.fingerprint()
          ? new Known(answered.sequence(), null)
          : new Known(0, Refusal.REQUEST_ID_REUSED);
    }
    if (request < session.lowest) {
      return new Known(0, Refusal.REQUEST_ID_FORGOTTEN);
    }
    return request - Math.max(session.lowest, transaction.lowestUnanswered()) < MOST_OUTSTANDING
        ? null
        : new Known(0, Refusal.TOO_MANY_OUTSTANDING);
  }

  private static boolean harmlessTwice(Operation operation) {
    return operation instanceof Operation.OpenSession
        || operation instanceof Operation.AttachReplica
        || operation instanceof Operation.AttachHost
        || operation instanceof Operation.AttachMonitor
        || operation instanceof Operation.AcknowledgeView
        || operation instanceof Operation.FenceMonitor
        || operation instanceof Operation.RecordScrub
        || operation instanceof Operation.AnnounceRules
        || operation instanceof Operation.AdministerCluster
        || operation instanceof Operation.ReportState
        || operation instanceof Operation.Tick;
  }

  /** Index of the first operation that opens a session by another's nonce; -1 if none does. */
  int nonceOfAnother(Submission submission) {
    List<Operation> operations = submission.transaction().operations();
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i) instanceof Operation.OpenSession open
          && sessions.stream()
              .anyMatch(
                  session ->
                      session.nonce == open.nonce()
                          && !session.owner.equals(submission.principal().name()))) {
        return i;
      }
    }
    return -1;
  }

  /** Notes what was executed at a sequence. */
  void remember(Submission submission, long sequence, boolean committed) {
    Transaction transaction = submission.transaction();
    for (Operation operation : transaction.operations()) {
      if (committed
          && operation instanceof Operation.OpenSession open
          && sessions.stream().noneMatch(session -> session.nonce == open.nonce())) {
        sessions.add(new Session(open.nonce(), submission.principal().name()));
      }
    }
    if (transaction.session() != Transaction.NO_SESSION) {
      Session session = sessions.get((int) transaction.session() - 1);
      session.lowest = Math.max(session.lowest, transaction.lowestUnanswered());
      session.answers.put(
          transaction.requestId(), new Answered(submission.fingerprint(), sequence));
      session.answers.headMap(session.lowest).clear();
    }
  }
}
