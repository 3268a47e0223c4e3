package org.ultravisor.ledger.command.client;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.parsetools.RecordParser;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.command.json.BadRequest;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.command.json.TransactionJson;

/** A stream of leaves that is resumed where it broke, at another replica if need be. */
public final class Watch implements AutoCloseable {
  private static final int CANCEL = 8;
  private static final Form<ErrorReport> ERROR = Forms.of(ErrorReport.class);
  private static final int MOST_LINE_BYTES = 64 << 20;

  private final Vertx vertx;
  private final Context context;
  private final HttpClient client;
  private final Targets targets;
  private final ClientOptions options;
  private final LeafListener listener;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private long next;
  private long backoffMillis;
  private int connection;
  private long idleTimer;
  private @Nullable HttpClientRequest request;
  private boolean closed;
  private String data = "";
  private String event = "";

  Watch(
      Vertx vertx,
      Context context,
      HttpClient client,
      Targets targets,
      ClientOptions options,
      long from,
      LeafListener listener) {
    this.vertx = vertx;
    this.context = context;
    this.client = client;
    this.targets = targets;
    this.options = options;
    this.next = from;
    this.listener = listener;
    this.backoffMillis = options.firstBackoff().toMillis();
  }

  /**
   * Completes when it is closed; fails with what the listener threw, or with {@link
   * ClientException} if the leaves wanted next are compacted.
   */
  public CompletionStage<Void> ended() {
    return ended.copy();
  }

  /** Ends the stream; the listener is not called any more once {@link #ended} has completed. */
  @Override
  public void close() {
    context.runOnContext(
        nothing -> {
          shut();
          ended.complete(null);
        });
  }

  void connect() {
    if (closed) {
      return;
    }
    int current = ++connection;
    URI target = targets.preferred();
    long timeout = options.attemptTimeout().toMillis();
    idleTimer = vertx.setTimer(timeout, timer -> broken(current, target, "nothing was heard"));
    RequestOptions to;
    try {
      to =
          Exchange.to(target, HttpMethod.GET, "/v1/log/stream", timeout)
              .putHeader("Last-Event-ID", Long.toString(next - 1));
    } catch (Exchange.NotSent e) {
      broken(current, target, String.valueOf(e.getMessage()));
      return;
    }
    client
        .request(to)
        .compose(
            sent -> {
              if (closed || current != connection) {
                sent.reset(CANCEL);
                throw new IllegalStateException("closed meanwhile");
              }
              request = sent;
              return sent.send();
            })
        .onComplete(
            response -> follow(current, target, response),
            failure -> broken(current, target, String.valueOf(failure.getMessage())));
  }

  private void follow(int current, URI target, HttpClientResponse response) {
    if (closed || current != connection) {
      return;
    }
    if (response.statusCode() != 200) {
      broken(current, target, "status " + response.statusCode());
      return;
    }
    data = "";
    event = "";
    RecordParser lines = RecordParser.newDelimited("\n").maxRecordSize(MOST_LINE_BYTES);
    lines.handler(
        line -> {
          if (current == connection && !closed) {
            line(current, target, line.toString(StandardCharsets.UTF_8));
          }
        });
    lines.exceptionHandler(
        failure -> broken(current, target, String.valueOf(failure.getMessage())));
    response.exceptionHandler(
        failure -> broken(current, target, String.valueOf(failure.getMessage())));
    response.endHandler(nothing -> broken(current, target, "the stream ended"));
    response.handler(
        bytes -> {
          if (current == connection && !closed) {
            heard(current, target);
            lines.handle(bytes);
          }
        });
  }

  private void heard(int current, URI target) {
    vertx.cancelTimer(idleTimer);
    idleTimer =
        vertx.setTimer(
            4 * options.attemptTimeout().toMillis(),
            timer -> broken(current, target, "nothing was heard"));
  }

  private void line(int current, URI target, String line) {
    if (line.startsWith("data: ")) {
      data = line.substring("data: ".length());
    } else if (line.startsWith("event: ")) {
      event = line.substring("event: ".length());
    } else if (line.isEmpty() && !event.isEmpty()) {
      String kind = event;
      event = "";
      if (kind.equals("leaf")) {
        leaf(current, target, data);
      } else if (kind.equals("compacted")) {
        compacted(current, target, data);
      } else {
        broken(current, target, kind + ": " + data);
      }
    }
  }

  private void leaf(int current, URI target, String json) {
    LeafView leaf;
    try {
      leaf = JsonText.readAnswer(TransactionJson.LEAF, json.getBytes(StandardCharsets.UTF_8));
    } catch (BadRequest e) {
      broken(current, target, "a leaf cannot be understood: " + e.getMessage());
      return;
    }
    if (leaf.sequence() != next) {
      broken(current, target, "leaf %d came instead of %d".formatted(leaf.sequence(), next));
      return;
    }
    next++;
    backoffMillis = options.firstBackoff().toMillis();
    try {
      listener.leaf(leaf);
    } catch (RuntimeException e) {
      shut();
      ended.completeExceptionally(e);
    }
  }

  /** What is gone is gone everywhere, or will be: asking again, or elsewhere, is of no use. */
  private void compacted(int current, URI target, String json) {
    try {
      ErrorReport report = JsonText.readAnswer(ERROR, json.getBytes(StandardCharsets.UTF_8));
      shut();
      ended.completeExceptionally(new ClientException(report));
    } catch (BadRequest e) {
      broken(current, target, "an error cannot be understood: " + e.getMessage());
    }
  }

  private void broken(int current, URI target, String why) {
    if (closed || current != connection) {
      return;
    }
    connection++;
    hangUp();
    targets.failed(target);
    listener.interrupted(target + ": " + why);
    long most = backoffMillis;
    backoffMillis = Math.min(2 * backoffMillis, options.longestBackoff().toMillis());
    vertx.setTimer(
        Math.max(1, ThreadLocalRandom.current().nextLong(most / 2, most + 1)), timer -> connect());
  }

  private void shut() {
    closed = true;
    hangUp();
  }

  private void hangUp() {
    vertx.cancelTimer(idleTimer);
    if (request != null) {
      request.reset(CANCEL);
      request = null;
    }
  }
}
