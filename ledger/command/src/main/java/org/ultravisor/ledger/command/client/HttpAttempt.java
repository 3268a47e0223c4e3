package org.ultravisor.ledger.command.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.json.BadRequest;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;

/**
 * Asks over HTTP.
 *
 * @param body what to send at each attempt; null for nothing
 * @param answer the answer in a response; empty if it holds none, so that it is an error's
 */
record HttpAttempt<T>(
    Exchange exchange,
    HttpMethod method,
    String path,
    Supplier<@Nullable Buffer> body,
    Function<Exchange.Response, Optional<T>> answer)
    implements Attempt<T> {
  private static final Form<ErrorReport> ERROR = Forms.of(ErrorReport.class);

  @Override
  public void send(URI target, long timeoutMillis, Ending<T> ending) {
    exchange
        .send(target, method, path, body.get(), timeoutMillis)
        .onComplete(
            response -> answered(target, response, ending),
            failure -> {
              if (failure instanceof Exchange.NotSent) {
                ending.notSent(String.valueOf(failure.getMessage()));
              } else {
                ending.lost("no answer from %s: %s".formatted(target, failure.getMessage()));
              }
            });
  }

  private void answered(URI target, Exchange.Response response, Ending<T> ending) {
    Optional<T> value;
    try {
      value = answer.apply(response);
    } catch (BadRequest e) {
      ending.lost("%s answered what cannot be understood: %s".formatted(target, e.getMessage()));
      return;
    }
    if (value.isPresent()) {
      ending.value(value.get());
    } else {
      ending.error(report(response));
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
}
