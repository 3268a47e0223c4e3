package org.ultravisor.ledger.command.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Optional;
import java.util.function.Supplier;
import org.ultravisor.ledger.command.SessionReport;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.command.json.TransactionJson;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;

/** Sessions and transactions as JSON over HTTP. */
final class HttpAsking {
  private static final Form<SessionRequest> SESSION_REQUEST = Forms.of(SessionRequest.class);
  private static final Form<SessionReport> SESSION = Forms.of(SessionReport.class);

  private HttpAsking() {}

  static Attempt<SessionReport> session(Exchange exchange, SessionRequest request) {
    return new HttpAttempt<>(
        exchange,
        HttpMethod.POST,
        "/v1/sessions",
        () -> Buffer.buffer(JsonText.write(SESSION_REQUEST, request)),
        response ->
            response.status() == 200
                ? Optional.of(JsonText.readAnswer(SESSION, response.body().getBytes()))
                : Optional.empty());
  }

  static Attempt<Outcome> transaction(Exchange exchange, Supplier<Transaction> transaction) {
    return new HttpAttempt<>(
        exchange,
        HttpMethod.POST,
        "/v1/transactions",
        () -> Buffer.buffer(JsonText.write(TransactionJson.TRANSACTION, transaction.get())),
        HttpAsking::outcome);
  }

  private static Optional<Outcome> outcome(Exchange.Response response) {
    return response.status() == 200 || response.status() == 409
        ? Optional.of(JsonText.readAnswer(TransactionJson.OUTCOME, response.body().getBytes()))
        : Optional.empty();
  }
}
