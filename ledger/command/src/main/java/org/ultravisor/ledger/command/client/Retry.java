package org.ultravisor.ledger.command.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.ErrorReport;

/**
 * One request, sent again and again until it is answered or its deadline has passed. Each attempt
 * is the same request with the same ids, so sending it again is always harmless. Follows the
 * leader; pauses longer after each failure. On the client's thread.
 */
final class Retry<T> implements Attempt.Ending<T> {
  private static final int MOST_REDIRECTS = 3;

  /**
   * How it ended.
   *
   * @param value the answer; null if there was none in time
   * @param mayHaveHappened whether some attempt but the answered one may have had its effect
   * @param why there was no answer
   */
  record End<T>(@Nullable T value, boolean mayHaveHappened, String why) {}

  private final Vertx vertx;
  private final Targets targets;
  private final ClientOptions options;
  private final @Nullable LeaderSearch search;
  private final BooleanSupplier closed;
  private final Attempt<T> attempt;
  private final Promise<End<T>> promise = Promise.promise();
  private final long deadline;
  private URI target;
  private long backoffMillis;
  private int redirects;
  private int unreachable;
  private boolean searched;
  private boolean mayHaveHappened;

  /**
   * @param search finds the leader where one is missing; null to ask each replica in turn instead
   * @param closed whether nothing is to be sent any more
   */
  Retry(
      Vertx vertx,
      Targets targets,
      ClientOptions options,
      @Nullable LeaderSearch search,
      BooleanSupplier closed,
      long deadlineNanos,
      Attempt<T> attempt) {
    this.vertx = vertx;
    this.targets = targets;
    this.options = options;
    this.search = search;
    this.closed = closed;
    this.deadline = deadlineNanos;
    this.attempt = attempt;
    this.target = targets.preferred();
    this.backoffMillis = options.firstBackoff().toMillis();
  }

  /** Fails with {@link ClientException} if the request is wrong. */
  Future<End<T>> start() {
    attempt("the deadline had passed before it was sent");
    return promise.future();
  }

  private void attempt(String lastFailure) {
    if (closed.getAsBoolean()) {
      return; // the client has ended what its callers wait for
    }
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      promise.complete(new End<>(null, mayHaveHappened, lastFailure));
      return;
    }
    target = targets.preferred();
    attempt.send(target, Math.min(left, options.attemptTimeout().toMillis()), this);
  }

  @Override
  public void value(T value) {
    promise.complete(new End<>(value, mayHaveHappened, ""));
  }

  @Override
  public void notSent(String why) {
    targets.failed(target);
    unreachable++;
    again(why, unreachable >= targets.size(), true);
  }

  @Override
  public void lost(String why) {
    mayHaveHappened = true;
    targets.failed(target);
    again(why, true, true);
  }

  @Override
  public void error(ErrorReport report) {
    unreachable = 0;
    String why = "%s answered %s: %s".formatted(target, report.error(), report.message());
    switch (report.error()) {
      case NOT_LEADER -> {
        report.leader().ifPresentOrElse(targets::leads, () -> targets.failed(target));
        redirects++;
        again(why, redirects > MOST_REDIRECTS, false);
      }
      case NO_LEADER, UNAVAILABLE -> {
        targets.failed(target);
        again(why, true, true);
      }
      case BUSY -> pause(() -> attempt(why));
      case TIMED_OUT, INTERNAL, OUTCOME_UNKNOWN -> {
        mayHaveHappened = true;
        targets.failed(target);
        again(why, true, true);
      }
      case BAD_REQUEST,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          COMPACTED,
          TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE ->
          promise.fail(new ClientException(report));
    }
  }

  /**
   * @param pause whether another replica cannot be asked at once
   * @param leaderless whether it is not known who leads now
   */
  private void again(String why, boolean pause, boolean leaderless) {
    if (closed.getAsBoolean() || (!pause && (search == null || !leaderless))) {
      attempt(why);
    } else if (search == null) {
      pause(() -> attempt(why));
    } else if (searched) {
      pause(() -> search.await(deadline, () -> attempt(why)));
    } else {
      searched = true; // the first time at once: a leader has failed, and another is elected
      search.await(deadline, () -> attempt(why));
    }
  }

  private void pause(Runnable then) {
    long most = backoffMillis;
    backoffMillis = Math.min(2 * backoffMillis, options.longestBackoff().toMillis());
    redirects = 0;
    long wait = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
    vertx.setTimer(Math.max(1, wait), timer -> then.run());
  }
}
