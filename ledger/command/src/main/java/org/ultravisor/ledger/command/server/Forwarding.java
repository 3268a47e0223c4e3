package org.ultravisor.ledger.command.server;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Passes a request on to the leader, once, where its sender asked for that. */
final class Forwarding {
  private static final String FORWARDED = "X-Ledger-Forwarded";

  private final HttpClient client;
  private final Duration timeout;

  Forwarding(HttpClient client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  CompletionStage<Reply> unlessHere(Request request, Endpoint.Handler handler) {
    boolean forward = request.queryFlag("forward") && request.header(FORWARDED) == null;
    CompletionStage<Reply> here = handler.handle(request);
    return forward
        ? here.exceptionallyComposeAsync(
            failure ->
                Errors.cause(failure) instanceof CommandFailure.NotLeader notLeader
                        && notLeader.leader().isPresent()
                    ? there(notLeader.leader().get(), request)
                    : CompletableFuture.failedStage(failure),
            request.executor())
        : here;
  }

  private CompletionStage<Reply> there(URI leader, Request request) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(Errors.at(leader, request.uri()))
            .setConnectTimeout(timeout.toMillis())
            .putHeader("Content-Type", Reply.JSON)
            .putHeader(FORWARDED, "1");
    if (!request.principal().isLocal()) {
      options.putHeader(Delegation.HEADER, Delegation.text(request.principal()));
    }
    return client
        .request(options)
        .recover(
            failure ->
                Future.failedFuture(
                    new CommandFailure.Unavailable(
                        "the leader at %s cannot be reached: %s".formatted(leader, failure))))
        .compose(
            sent ->
                sent.send(request.body())
                    .compose(response -> response.body().map(body -> reply(response, body)))
                    .recover(
                        failure ->
                            Future.failedFuture(
                                new CommandFailure.OutcomeUnknown(
                                    "the leader at %s was asked and did not answer: %s"
                                        .formatted(leader, failure)))))
        .toCompletionStage();
  }

  private static Reply reply(HttpClientResponse response, Buffer body) {
    Map<String, String> headers = new TreeMap<>();
    for (String header : new String[] {Reply.SEQUENCE_HEADER, "Location", "Retry-After"}) {
      String value = response.getHeader(header);
      if (value != null) {
        headers.put(header, value);
      }
    }
    return new Reply(response.statusCode(), Reply.JSON, body, headers);
  }
}
