package org.ultravisor.ledger.command.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.json.BadRequest;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;

/**
 * One request, sent again and again until it is answered or its deadline has passed. Each attempt
 * is the same request with the same ids, so sending it again is always harmless. Follows the
 * leader; pauses longer after each failure. On the client's thread.
 */
final class Retry<T> {
  private static final int MOST_REDIRECTS = 3;
  private static final Form<ErrorReport> ERROR = Forms.of(ErrorReport.class);

  /**
   * How it ended.
   *
   * @param value the answer; null if there was none in time
   * @param mayHaveHappened whether some attempt but the answered one may have had its effect
   * @param why there was no answer
   */
  record End<T>(@Nullable T value, boolean mayHaveHappened, String why) {}

  private final Vertx vertx;
  private final Exchange exchange;
  private final Targets targets;
  private final ClientOptions options;
  private final HttpMethod method;
  private final String path;
  private final Supplier<@Nullable Buffer> body;
  private final Function<Exchange.Response, Optional<T>> answer;
  private final Promise<End<T>> promise = Promise.promise();
  private final long deadline;
  private long backoffMillis;
  private int redirects;
  private int unreachable;
  private boolean mayHaveHappened;

  /**
   * @param body what to send at each attempt; null for nothing
   * @param answer the answer in a response; empty if it holds none, so that it is an error's
   */
  Retry(
      Vertx vertx,
      Exchange exchange,
      Targets targets,
      ClientOptions options,
      long deadlineNanos,
      HttpMethod method,
      String path,
      Supplier<@Nullable Buffer> body,
      Function<Exchange.Response, Optional<T>> answer) {
    this.vertx = vertx;
    this.exchange = exchange;
    this.targets = targets;
    this.options = options;
    this.deadline = deadlineNanos;
    this.method = method;
    this.path = path;
    this.body = body;
    this.answer = answer;
    this.backoffMillis = options.firstBackoff().toMillis();
  }

  /** Fails with {@link ClientException} if the request is wrong. */
  Future<End<T>> start() {
    attempt("the deadline had passed before it was sent");
    return promise.future();
  }

  private void attempt(String lastFailure) {
    if (exchange.closed()) {
      return; // the client has ended what its callers wait for
    }
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      promise.complete(new End<>(null, mayHaveHappened, lastFailure));
      return;
    }
    URI target = targets.preferred();
    exchange
        .send(target, method, path, body.get(), Math.min(left, options.attemptTimeout().toMillis()))
        .onComplete(response -> answered(target, response), failure -> failed(target, failure));
  }

  private void failed(URI target, Throwable failure) {
    targets.failed(target);
    if (failure instanceof Exchange.NotSent) {
      unreachable++;
      again(String.valueOf(failure.getMessage()), unreachable >= targets.size());
    } else {
      mayHaveHappened = true;
      again("no answer from %s: %s".formatted(target, failure.getMessage()), true);
    }
  }

  private void answered(URI target, Exchange.Response response) {
    unreachable = 0;
    try {
      Optional<T> value = answer.apply(response);
      if (value.isPresent()) {
        promise.complete(new End<>(value.get(), mayHaveHappened, ""));
        return;
      }
    } catch (BadRequest e) {
      mayHaveHappened = true;
      targets.failed(target);
      again("%s answered what cannot be understood: %s".formatted(target, e.getMessage()), true);
      return;
    }
    error(target, report(response));
  }

  private void error(URI target, ErrorReport report) {
    String why = "%s answered %s: %s".formatted(target, report.error(), report.message());
    switch (report.error()) {
      case NOT_LEADER -> {
        report.leader().ifPresentOrElse(targets::leads, () -> targets.failed(target));
        redirects++;
        again(why, redirects > MOST_REDIRECTS);
      }
      case NO_LEADER, UNAVAILABLE -> {
        targets.failed(target);
        again(why, true);
      }
      case BUSY -> again(why, true);
      case TIMED_OUT, INTERNAL, OUTCOME_UNKNOWN -> {
        mayHaveHappened = true;
        targets.failed(target);
        again(why, true);
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

  /** What an error response says; an error of unknown kind if it is not one of ours. */
  private static ErrorReport report(Exchange.Response response) {
    try {
      return JsonText.readAnswer(ERROR, response.body().getBytes());
    } catch (BadRequest e) {
      return ErrorReport.of(
          ErrorReport.Kind.INTERNAL,
          "status %d without a report: %s".formatted(response.status(), e.getMessage()));
    }
  }

  private void again(String why, boolean pause) {
    if (!pause || exchange.closed()) {
      attempt(why);
      return;
    }
    long most = backoffMillis;
    backoffMillis = Math.min(2 * backoffMillis, options.longestBackoff().toMillis());
    redirects = 0;
    long wait = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
    vertx.setTimer(Math.max(1, wait), timer -> attempt(why));
  }
}
