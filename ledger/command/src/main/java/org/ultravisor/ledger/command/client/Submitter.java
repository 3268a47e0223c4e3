package org.ultravisor.ledger.command.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.SessionReport;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Precondition;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.Transaction;

/**
 * Makes requests happen exactly once: each has its ids before it is first sent and keeps them. A
 * session in which a request stayed without answer is used no more, so that the ledger keeps that
 * answer for who asks later. On the client's thread.
 */
final class Submitter {
  /** How sessions and transactions are asked for, whatever the channel. */
  interface Asking {
    Attempt<SessionReport> session(SessionRequest request);

    /**
     * @param transaction the transaction as it is at the moment of each attempt
     */
    Attempt<Outcome> transaction(Supplier<Transaction> transaction);

    /** Asks until there is an answer or the deadline has passed. */
    <T> Future<Retry.End<T>> start(long deadlineNanos, Attempt<T> attempt);
  }

  private record Waiting(
      List<Precondition> preconditions,
      List<Operation> operations,
      long deadlineNanos,
      Promise<Result> promise) {}

  private final ClientOptions options;
  private final Asking asking;
  private final SecureRandom random = new SecureRandom();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private @Nullable ClientSession session;
  private boolean opening;

  Submitter(ClientOptions options, Asking asking) {
    this.options = options;
    this.asking = asking;
  }

  Future<Result> submit(
      List<Precondition> preconditions, List<Operation> operations, long deadlineNanos) {
    if (waiting.size() >= options.mostWaiting()) {
      return Future.failedFuture(
          new RejectedExecutionException(
              "%d requests wait already, the most that may".formatted(waiting.size())));
    }
    Promise<Result> promise = Promise.promise();
    waiting.add(new Waiting(preconditions, operations, deadlineNanos, promise));
    pump();
    return promise.future();
  }

  /** Sends a transaction with the ids that it has. */
  Future<Result> submit(Transaction transaction, long deadlineNanos) {
    return asking
        .start(deadlineNanos, asking.transaction(() -> transaction))
        .map(end -> result(transaction.session(), transaction.requestId(), end));
  }

  private void pump() {
    while (!waiting.isEmpty()) {
      if (session == null) {
        open();
        return;
      }
      if (!session.hasRoom(options.mostOutstanding())) {
        return;
      }
      Waiting first = waiting.removeFirst();
      if (first.deadlineNanos() - System.nanoTime() > 0) {
        send(session, first);
      } else {
        first
            .promise()
            .complete(new Result.Unknown(0, 0, "the deadline passed before it was sent", false));
      }
    }
  }

  private void open() {
    if (opening) {
      return;
    }
    opening = true;
    SessionRequest request = new SessionRequest(random.nextLong(), options.issuer());
    asking
        .start(System.nanoTime() + options.deadline().toNanos(), asking.session(request))
        .onComplete(this::opened, failure -> noSession(String.valueOf(failure.getMessage())));
  }

  private void opened(Retry.End<SessionReport> end) {
    if (end.value() == null) {
      noSession(end.why());
      return;
    }
    opening = false;
    session = new ClientSession(end.value().session());
    pump();
  }

  private void noSession(String why) {
    opening = false;
    Deque<Waiting> without = new ArrayDeque<>(waiting);
    waiting.clear();
    without.forEach(
        w ->
            w.promise()
                .complete(new Result.Unknown(0, 0, "no session could be opened: " + why, false)));
  }

  private void send(ClientSession in, Waiting request) {
    long id = in.take();
    asking
        .start(request.deadlineNanos(), asking.transaction(() -> transaction(in, id, request)))
        .onComplete(
            end -> {
              Result result = result(in.number(), id, end);
              settle(in, id, result);
              request.promise().complete(result);
              pump();
            },
            failure -> {
              in.answered(id);
              request.promise().fail(failure);
              pump();
            });
  }

  private Transaction transaction(ClientSession in, long id, Waiting request) {
    return new Transaction(
        in.number(),
        id,
        in.lowestUnanswered(),
        options.issuer(),
        request.preconditions(),
        request.operations());
  }

  private void settle(ClientSession in, long id, Result result) {
    boolean lost =
        switch (result) {
          case Result.Unknown unknown -> unknown.mayHaveHappened();
          case Result.Refused refused -> refused.refusal().reason() == Refusal.SESSION_EXPIRED;
          case Result.Committed committed -> false;
        };
    if (!lost) {
      in.answered(id);
    } else if (session == in) {
      session = null;
    }
  }

  private static Result result(long session, long id, Retry.End<Outcome> end) {
    return switch (end.value()) {
      case null -> new Result.Unknown(session, id, end.why(), end.mayHaveHappened());
      case Outcome.Committed committed ->
          new Result.Committed(session, id, committed.sequence(), committed.events());
      case Outcome.Refused refused ->
          refused.reason() == Refusal.SESSION_EXPIRED && end.mayHaveHappened()
              ? new Result.Unknown(
                  session,
                  id,
                  "the session expired while the request was sent again; it may have happened",
                  true)
              : new Result.Refused(session, id, refused);
    };
  }
}
