package org.ultravisor.ledger.command.server;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.codec.CodecException;
import org.ultravisor.ledger.codec.EncodedTransaction;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.frame.FrameKind;
import org.ultravisor.ledger.command.frame.Frames;
import org.ultravisor.ledger.command.frame.Frames.Frame;
import org.ultravisor.ledger.command.frame.Frames.FrameException;
import org.ultravisor.ledger.command.frame.Payloads;

/**
 * One client's frames: questions are asked in the order in which they come, and answered as answers
 * are ready. While too many are open, or the client does not read its answers, nothing more is read
 * from it. On the connection's event loop, if not said otherwise.
 */
final class FrameConnection {
  private static final Logger LOG = LoggerFactory.getLogger(FrameConnection.class);
  private static final int LONG_PAYLOAD = 64 << 10;
  private static final int SWEEPS_PER_TIMEOUT = 8;

  private final Vertx vertx;
  private final NetSocket socket;
  private final Callers.Caller caller;
  private final CommandBackend backend;
  private final Questions questions;
  private final FrameLimits limits;
  private final long timeoutNanos;
  private final ChannelMetrics metrics;
  private final LedgerCodec codec = new LedgerCodec();
  private final Payloads payloads = new Payloads(codec);
  private final Frames frames = Frames.ofQuestions();
  private final FrameAnswers answers;
  private final Map<Long, Open> open = new LinkedHashMap<>(); // oldest first
  private long openBytes;
  private boolean paused;
  private boolean closed;
  private long sweeper;

  /** A question that is not answered. */
  private record Open(FrameKind kind, long id, int bytes, long sinceNanos) {
    boolean changes() {
      return kind == FrameKind.SUBMIT || kind == FrameKind.OPEN_SESSION;
    }
  }

  /** An answer without its id. */
  private static final class Made {
    private final FrameKind kind;
    private final byte[] payload;
    private final int status;

    Made(FrameKind kind, byte[] payload) {
      this(kind, payload, 200);
    }

    Made(FrameKind kind, byte[] payload, int status) {
      this.kind = kind;
      this.payload = payload;
      this.status = status;
    }
  }

  /**
   * @param caller whose questions come over the socket
   */
  FrameConnection(
      Vertx vertx,
      NetSocket socket,
      Callers.Caller caller,
      CommandBackend backend,
      FrameLimits limits,
      Duration timeout,
      ChannelMetrics metrics) {
    this.vertx = vertx;
    this.socket = socket;
    this.caller = caller;
    this.backend = backend;
    this.questions = new Questions(backend);
    this.limits = limits;
    this.timeoutNanos = timeout.toNanos();
    this.metrics = metrics;
    Context context = vertx.getOrCreateContext();
    this.answers = new FrameAnswers(context, socket, this::readOn);
  }

  void start() {
    long everyMillis = TimeUnit.NANOSECONDS.toMillis(timeoutNanos) / SWEEPS_PER_TIMEOUT;
    sweeper = vertx.setPeriodic(Math.max(1, everyMillis), timer -> sweep());
    socket.closeHandler(
        nothing -> {
          closed = true;
          caller.gone();
          vertx.cancelTimer(sweeper);
        });
    socket.exceptionHandler(failure -> LOG.debug("{}", socket.remoteAddress(), failure));
    socket.drainHandler(nothing -> readOn());
    socket.handler(
        bytes -> {
          frames.feed(bytes);
          read();
        });
  }

  private void read() {
    try {
      while (!closed) {
        if (isFull()) {
          paused = true;
          socket.pause();
          return;
        }
        Optional<Frame> next = frames.next();
        if (next.isEmpty()) {
          return;
        }
        take(next.get());
      }
    } catch (FrameException e) {
      LOG.info("{} is not understood: {}", socket.remoteAddress(), e.getMessage());
      closed = true;
      Buffer last = Buffer.buffer();
      ErrorReport report =
          ErrorReport.of(ErrorReport.Kind.BAD_REQUEST, String.valueOf(e.getMessage()));
      Frames.append(last, FrameKind.ERROR, Frames.NO_ID, payloads.error(report));
      var _ = socket.end(last);
    }
  }

  private boolean isFull() {
    return open.size() >= limits.questions()
        || openBytes >= limits.bytes()
        || socket.writeQueueFull();
  }

  /** Reads on when enough is answered that it is worth while. */
  private void readOn() {
    if (paused
        && open.size() <= limits.questions() / 2
        && openBytes <= limits.bytes() / 2
        && !socket.writeQueueFull()) {
      paused = false;
      read();
      if (!paused) {
        socket.resume();
      }
    }
  }

  private void take(Frame frame) throws FrameException {
    Open asked = new Open(frame.kind(), frame.id(), frame.payload().length, System.nanoTime());
    if (open.putIfAbsent(frame.id(), asked) != null) {
      throw new FrameException(
          "id %d is of a question that is not answered yet".formatted(frame.id()));
    }
    openBytes += asked.bytes();
    if (asked.bytes() > LONG_PAYLOAD) {
      var _ =
          vertx.executeBlocking(
              () -> {
                ask(asked, frame.payload());
                return true;
              },
              false);
    } else {
      ask(asked, frame.payload());
    }
  }

  /** Event loop, or a worker if the question is long. */
  private void ask(Open asked, byte[] payload) {
    try {
      caller.asks();
      switch (asked.kind()) {
        case SUBMIT -> {
          EncodedTransaction transaction = codec.received(caller.principal(), payload);
          answer(
              asked,
              backend.submit(transaction),
              outcome -> new Made(FrameKind.OUTCOME, codec.encodeOutcome(outcome)));
        }
        case OPEN_SESSION ->
            answer(
                asked,
                questions.openSession(caller.principal(), payloads.openSession(payload)),
                this::opening);
        case OWNERS -> {
          Payloads.OwnersQuestion of = payloads.owners(payload);
          answer(
              asked,
              questions.owners(of.consistency(), of.frames()),
              pages -> new Made(FrameKind.PAGES, payloads.pages(pages)));
        }
        case REQUEST_STATUS -> {
          Payloads.StatusQuestion of = payloads.status(payload);
          answer(
              asked,
              questions.requestStatus(of.consistency(), of.session(), of.requestId()),
              status -> new Made(FrameKind.STATUS, payloads.status(status)));
        }
        case PING -> {
          payloads.ping(payload);
          Payloads.Standing standing = standing();
          answers.add(
              out -> settle(asked, new Made(FrameKind.STANDING, payloads.standing(standing)), out));
        }
        default -> throw new IllegalStateException("no question: " + asked.kind());
      }
    } catch (CodecException e) {
      failed(asked, ErrorReport.of(ErrorReport.Kind.BAD_REQUEST, String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      failed(asked, e);
    }
  }

  private Payloads.Standing standing() {
    var status = backend.status();
    return new Payloads.Standing(
        status.ready() && status.role().equals("LEADER"), status.leaderAddress());
  }

  private Made opening(Questions.Opening opening) {
    return switch (opening) {
      case Questions.Opening.Opened(var session) ->
          new Made(FrameKind.SESSION, payloads.session(session));
      case Questions.Opening.Refused(var outcome) ->
          new Made(FrameKind.OUTCOME, codec.encodeOutcome(outcome));
      case Questions.Opening.Expired(long sequence) ->
          error(
              ErrorReport.of(
                  ErrorReport.Kind.NOT_FOUND,
                  "the session has expired meanwhile, before sequence " + sequence));
    };
  }

  private <T> void answer(Open asked, CompletionStage<T> stage, Function<T, Made> make) {
    var _ =
        stage.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                failed(asked, failure);
              } else {
                answers.add(out -> settle(asked, make.apply(value), out));
              }
            });
  }

  private void failed(Open asked, Throwable failure) {
    failed(asked, Errors.report(failure, asked.kind().name(), asked.changes()));
  }

  private void failed(Open asked, ErrorReport report) {
    answers.add(out -> settle(asked, error(report), out));
  }

  private Made error(ErrorReport report) {
    return new Made(FrameKind.ERROR, payloads.error(report), report.error().status());
  }

  /** The answer to a question, unless it has been answered that there is none in time. */
  private void settle(Open asked, Made answer, Buffer out) {
    if (!open.remove(asked.id(), asked) || closed) {
      return;
    }
    openBytes -= asked.bytes();
    Frames.append(out, answer.kind, asked.id(), answer.payload);
    metrics.frameAnswered(asked.kind(), answer.status, asked.sinceNanos());
  }

  private void sweep() {
    long now = System.nanoTime();
    for (Open asked : open.values()) {
      if (now - asked.sinceNanos() < timeoutNanos) {
        return;
      }
      failed(asked, new TimeoutException());
    }
  }
}
