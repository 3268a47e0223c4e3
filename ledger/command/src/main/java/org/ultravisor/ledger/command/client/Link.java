package org.ultravisor.ledger.command.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.codec.CodecException;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.command.frame.FrameKind;
import org.ultravisor.ledger.command.frame.Frames;
import org.ultravisor.ledger.command.frame.Frames.Frame;
import org.ultravisor.ledger.command.frame.Frames.FrameException;
import org.ultravisor.ledger.command.frame.Payloads;

/**
 * One connection that carries frames to one replica: many questions may be open. What is asked
 * within one turn of the client's thread is written at once; while the socket is full it waits. If
 * the connection breaks, everything that was asked over it ends at that moment. On the client's
 * thread.
 */
final class Link {
  private static final long SWEEP_MILLIS = 20;

  /** Below the time after which a server drops a connection that says nothing. */
  private static final long PING_MILLIS = 30_000;

  private final Vertx vertx;
  private final Context context;
  private final URI target;
  private final Runnable ended;
  private final Frames frames = Frames.ofAnswers();
  private final Deque<Question> unsent = new ArrayDeque<>();
  private final Map<Long, Question> open = new LinkedHashMap<>();
  private @Nullable NetSocket socket;
  private long lastId;
  private boolean flushing;
  private boolean sweeping;
  private boolean closed;
  private long pinger;

  /** Who asked; exactly one of the three is called, once. */
  interface Asker {
    void answered(Frame answer);

    void notSent(String why);

    void lost(String why);
  }

  private static final class Question {
    private final long id;
    private final FrameKind kind;
    private final byte[] payload;
    private final long deadlineNanos;
    private final Asker asker;

    Question(long id, FrameKind kind, byte[] payload, long deadlineNanos, Asker asker) {
      this.id = id;
      this.kind = kind;
      this.payload = payload;
      this.deadlineNanos = deadlineNanos;
      this.asker = asker;
    }

    boolean isLate(long now) {
      return now - deadlineNanos >= 0;
    }
  }

  /**
   * @param ended called once when nothing can be asked over it any more
   */
  Link(Vertx vertx, Context context, URI target, Runnable ended) {
    this.vertx = vertx;
    this.context = context;
    this.target = target;
    this.ended = ended;
  }

  /** Connects; what is asked meanwhile waits. */
  void connect(HttpClient http, long timeoutMillis) {
    RequestOptions upgrade;
    try {
      upgrade = Exchange.to(target, HttpMethod.GET, Frames.PATH, timeoutMillis);
    } catch (Exchange.NotSent e) {
      context.runOnContext(nothing -> end(String.valueOf(e.getMessage())));
      return;
    }
    http.request(upgrade.putHeader("Connection", "Upgrade").putHeader("Upgrade", Frames.PROTOCOL))
        .compose(
            request -> {
              request.exceptionHandler(failure -> end(target + " broke: " + failure.getMessage()));
              return request.connect().timeout(timeoutMillis, TimeUnit.MILLISECONDS);
            })
        .compose(Link::upgraded)
        .onComplete(
            this::connected,
            failure -> end("cannot reach %s: %s".formatted(target, failure.getMessage())));
  }

  private static Future<NetSocket> upgraded(HttpClientResponse response) {
    return response.statusCode() == 101
        ? Future.succeededFuture(response.netSocket())
        : Future.failedFuture(
            "it answered status %d to an upgrade to %s"
                .formatted(response.statusCode(), Frames.PROTOCOL));
  }

  private void connected(NetSocket connection) {
    if (closed) {
      var _ = connection.close();
      return;
    }
    socket = connection;
    connection.handler(this::arrived);
    connection.drainHandler(nothing -> flush());
    connection.exceptionHandler(failure -> end(target + " broke: " + failure.getMessage()));
    connection.closeHandler(nothing -> end(target + " closed the connection"));
    pinger = vertx.setPeriodic(PING_MILLIS, timer -> ping());
    flush();
  }

  /** Asks; the asker is called before the deadline has passed by much. */
  void ask(FrameKind kind, byte[] payload, long timeoutMillis, Asker asker) {
    if (closed) {
      asker.notSent(target + " is not connected");
      return;
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    unsent.add(new Question(++lastId, kind, payload, deadline, asker));
    if (!flushing) {
      flushing = true;
      context.runOnContext(nothing -> flush());
    }
    if (!sweeping) {
      sweeping = true;
      vertx.setTimer(SWEEP_MILLIS, timer -> sweep());
    }
  }

  private void flush() {
    flushing = false;
    NetSocket connection = socket;
    if (closed || connection == null || unsent.isEmpty() || connection.writeQueueFull()) {
      return;
    }
    Buffer out = Buffer.buffer();
    for (Question next = unsent.poll(); next != null; next = unsent.poll()) {
      open.put(next.id, next);
      Frames.append(out, next.kind, next.id, next.payload);
    }
    var _ = connection.write(out);
  }

  private void arrived(Buffer bytes) {
    frames.feed(bytes);
    try {
      for (Optional<Frame> next = frames.next();
          next.isPresent() && !closed;
          next = frames.next()) {
        arrived(next.get());
      }
    } catch (FrameException e) {
      end("%s sent what cannot be understood: %s".formatted(target, e.getMessage()));
    }
  }

  private void arrived(Frame answer) {
    if (answer.id() == Frames.NO_ID) {
      end("%s gave the connection up: %s".formatted(target, reason(answer)));
      return;
    }
    Question asked = open.remove(answer.id());
    if (asked != null) { // else it comes after its deadline
      asked.asker.answered(answer);
    }
  }

  private static String reason(Frame answer) {
    try {
      return new Payloads(new LedgerCodec()).error(answer.payload()).message();
    } catch (CodecException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void sweep() {
    long now = System.nanoTime();
    List<Question> late = new ArrayList<>();
    List<Question> neverSent = new ArrayList<>();
    open.values().removeIf(asked -> asked.isLate(now) && late.add(asked));
    unsent.removeIf(asked -> asked.isLate(now) && neverSent.add(asked));
    late.forEach(asked -> asked.asker.lost("no answer from " + target + " in time"));
    neverSent.forEach(asked -> asked.asker.notSent("cannot reach " + target + " in time"));
    sweeping = !open.isEmpty() || !unsent.isEmpty();
    if (sweeping) {
      vertx.setTimer(SWEEP_MILLIS, timer -> sweep());
    }
  }

  private void ping() {
    byte[] payload = new Payloads(new LedgerCodec()).ping();
    ask(
        FrameKind.PING,
        payload,
        PING_MILLIS,
        new Asker() {
          @Override
          public void answered(Frame answer) {}

          @Override
          public void notSent(String why) {}

          @Override
          public void lost(String why) {
            end(why);
          }
        });
  }

  /** Ends the connection and everything that was asked over it. */
  void end(String why) {
    if (closed) {
      return;
    }
    closed = true;
    ended.run();
    vertx.cancelTimer(pinger);
    NetSocket connection = socket;
    if (connection != null) {
      var _ = connection.close();
    }
    List<Question> sent = List.copyOf(open.values());
    List<Question> neverSent = List.copyOf(unsent);
    open.clear();
    unsent.clear();
    sent.forEach(asked -> asked.asker.lost(why));
    neverSent.forEach(asked -> asked.asker.notSent(why));
  }
}
