package org.ultravisor.ledger.command.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.command.json.Form;
import org.ultravisor.ledger.command.json.Forms;
import org.ultravisor.ledger.command.json.JsonText;
import org.ultravisor.ledger.command.json.TransactionJson;

/**
 * Leaves as they come, as server-sent events. Pulls a page of leaves when the reader has taken the
 * one before, so a stream holds one page and the connection's buffer, however far behind it is. A
 * reader that takes nothing for too long is told so, and dropped. On the server's event loop.
 *
 * <ul>
 *   <li>{@code event: leaf} with {@code id:} its sequence and a leaf as data
 *   <li>{@code event: dropped} with an error as data, then the end: come again with Last-Event-ID
 *   <li>{@code event: compacted} with an error as data, then the end: begin at a later leaf
 *   <li>{@code event: unavailable} with an error as data, then the end: come again, or elsewhere
 *   <li>a comment as heartbeat
 * </ul>
 */
final class LeafStream {
  private static final Logger LOG = LoggerFactory.getLogger(LeafStream.class);
  private static final int PAGE = 16;
  private static final Form<ErrorReport> ERROR = Forms.of(ErrorReport.class);
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final CommandBackend backend;
  private final Request request;
  private final HttpServerResponse response;
  private final Duration heartbeat;
  private final Duration stall;
  private final Runnable closed;
  private final Deque<AuditLeaf> page = new ArrayDeque<>();
  private long next;
  private long stallTimer = NO_TIMER;
  private boolean over;

  /**
   * @param from first sequence wanted
   * @param closed called once, when the stream is over
   */
  LeafStream(
      Vertx vertx,
      CommandBackend backend,
      Request request,
      ServerOptions options,
      long from,
      Runnable closed) {
    this.vertx = vertx;
    this.backend = backend;
    this.request = request;
    this.response = request.routing().response();
    this.heartbeat = options.heartbeat();
    this.stall = options.stall();
    this.next = from;
    this.closed = closed;
  }

  void start() {
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store");
    response.closeHandler(nothing -> finish());
    response.exceptionHandler(failure -> finish());
    response.drainHandler(nothing -> drained());
    response.write(": from " + next + "\n\n");
    go();
  }

  private void go() {
    while (!over && !page.isEmpty() && !response.writeQueueFull()) {
      write(page.removeFirst());
    }
    if (over) {
      return;
    }
    if (response.writeQueueFull()) {
      if (stallTimer == NO_TIMER) {
        stallTimer = vertx.setTimer(stall.toMillis(), timer -> drop());
      }
      return;
    }
    backend.leaves(next, PAGE).whenCompleteAsync(this::got, request.executor());
  }

  private void drained() {
    if (stallTimer != NO_TIMER) {
      vertx.cancelTimer(stallTimer);
      stallTimer = NO_TIMER;
      go();
    }
  }

  private void got(@Nullable List<AuditLeaf> leaves, @Nullable Throwable failure) {
    if (over) {
      return;
    }
    if (leaves == null) {
      unavailable(failure);
      return;
    }
    if (!leaves.isEmpty()) {
      page.addAll(leaves);
      go();
      return;
    }
    backend
        .awaitSequence(next, heartbeat)
        .whenCompleteAsync(
            (sequence, failed) -> {
              if (over) {
                return;
              }
              if (sequence == null) {
                unavailable(failed);
                return;
              }
              if (sequence < next) {
                response.write(":\n\n");
              }
              go();
            },
            request.executor());
  }

  private void write(AuditLeaf audited) {
    if (audited.sequence() != next) {
      unavailable(
          new CommandFailure.Unavailable(
              "leaf %d follows leaf %d".formatted(audited.sequence(), next - 1)));
      return;
    }
    response.write(
        "id: %d\nevent: leaf\ndata: %s\n\n"
            .formatted(next, JsonText.print(TransactionJson.LEAF, LeafView.of(audited))));
    next++;
  }

  private void drop() {
    stallTimer = NO_TIMER;
    LOG.info("A stream's reader took nothing for {}: dropped at sequence {}", stall, next);
    end(
        "dropped",
        ErrorReport.of(
            ErrorReport.Kind.TIMED_OUT,
            "the reader took nothing for %s; come again from %d".formatted(stall, next)));
  }

  private void unavailable(@Nullable Throwable failure) {
    if (failure != null && Errors.cause(failure) instanceof CommandFailure.Compacted compacted) {
      end(
          "compacted",
          ErrorReport.of(ErrorReport.Kind.COMPACTED, String.valueOf(compacted.getMessage())));
      return;
    }
    end(
        "unavailable",
        ErrorReport.of(ErrorReport.Kind.UNAVAILABLE, "the log cannot be read now: " + failure));
  }

  private void end(String event, ErrorReport why) {
    if (!over) {
      response.end("event: %s\ndata: %s\n\n".formatted(event, JsonText.print(ERROR, why)));
      finish();
    }
  }

  private void finish() {
    if (!over) {
      over = true;
      if (stallTimer != NO_TIMER) {
        vertx.cancelTimer(stallTimer);
      }
      closed.run();
    }
  }
}
