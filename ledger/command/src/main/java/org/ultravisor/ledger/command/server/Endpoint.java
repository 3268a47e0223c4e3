package org.ultravisor.ledger.command.server;

import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.json.Form;

/**
 * Something that may be asked over the channel.
 *
 * @param path with parameters in braces
 * @param request the body's form; null if there is no body
 * @param answer the form of the body of a 200; null if it is no JSON
 * @param changes whether it may change the ledger
 */
record Endpoint(
    HttpMethod method,
    String path,
    String summary,
    List<Parameter> parameters,
    @Nullable Form<?> request,
    @Nullable Form<?> answer,
    boolean changes,
    Handler handler) {

  /** Answers. Called on the server's event loop, or a worker if the body is long; never waits. */
  @FunctionalInterface
  interface Handler {
    CompletionStage<Reply> handle(Request request);
  }

  static Endpoint get(
      String path, String summary, @Nullable Form<?> answer, Handler handler, Parameter... more) {
    return new Endpoint(HttpMethod.GET, path, summary, List.of(more), null, answer, false, handler);
  }

  static Endpoint post(
      String path,
      String summary,
      Form<?> request,
      Form<?> answer,
      boolean changes,
      Handler handler,
      Parameter... more) {
    return new Endpoint(
        HttpMethod.POST, path, summary, List.of(more), request, answer, changes, handler);
  }

  boolean knows(String queryParameter) {
    return parameters.stream().anyMatch(p -> p.name().equals(queryParameter));
  }

  List<String> pathParameters() {
    return Arrays.stream(path.split("/", -1))
        .filter(part -> part.startsWith("{"))
        .map(part -> part.substring(1, part.length() - 1))
        .toList();
  }

  /** The path as the router writes it. */
  String route() {
    return path.replaceAll("\\{(\\w+)}", ":$1");
  }
}
