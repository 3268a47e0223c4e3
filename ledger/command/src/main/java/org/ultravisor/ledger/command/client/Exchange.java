package org.ultravisor.ledger.command.client;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.Loopback;

/** One request to one replica, without retries. */
final class Exchange {
  private static final int CANCEL = 8;

  /** What a replica answered. */
  record Response(int status, MultiMap headers, Buffer body) {}

  /** It could not be sent, so nobody has seen it. */
  static final class NotSent extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotSent(URI base, Throwable cause) {
      super("cannot reach %s: %s".formatted(base, cause.getMessage()), cause);
    }
  }

  private final HttpClient client;
  private volatile boolean closed;

  Exchange(HttpClient client) {
    this.client = client;
  }

  /** Nothing is to be sent any more. Any thread. */
  void close() {
    closed = true;
  }

  boolean closed() {
    return closed;
  }

  /**
   * @throws NotSent if that would be plain text to another machine
   */
  static RequestOptions to(URI base, HttpMethod method, String path, long timeoutMillis) {
    boolean secure = "https".equals(base.getScheme());
    if (!secure && !Loopback.is(base.getHost())) {
      throw new NotSent(
          base, new IllegalArgumentException("without TLS only this machine is asked"));
    }
    return new RequestOptions()
        .setMethod(method)
        .setSsl(secure)
        .setHost(base.getHost())
        .setPort(base.getPort() < 0 ? (secure ? 443 : 80) : base.getPort())
        .setURI(path)
        .setConnectTimeout(timeoutMillis);
  }

  /** Fails with {@link NotSent}, or with anything else if it may have been seen. */
  Future<Response> send(
      URI base, HttpMethod method, String path, @Nullable Buffer body, long timeoutMillis) {
    RequestOptions options;
    try {
      options = to(base, method, path, timeoutMillis);
    } catch (NotSent e) {
      return Future.failedFuture(e);
    }
    if (body != null) {
      options.putHeader("Content-Type", "application/json");
    }
    return client
        .request(options)
        .recover(failure -> Future.failedFuture(new NotSent(base, failure)))
        .compose(request -> answered(request, body, timeoutMillis));
  }

  private static Future<Response> answered(
      HttpClientRequest request, @Nullable Buffer body, long timeoutMillis) {
    return (body == null ? request.send() : request.send(body))
        .compose(
            response ->
                response
                    .body()
                    .map(bytes -> new Response(response.statusCode(), response.headers(), bytes)))
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .onFailure(failure -> request.reset(CANCEL));
  }
}
