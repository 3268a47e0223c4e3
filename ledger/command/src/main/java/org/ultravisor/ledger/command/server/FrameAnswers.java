package org.ultravisor.ledger.command.server;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gathers a connection's answers, from whatever threads they come, and writes all that there are
 * with one write for each turn of the connection's event loop.
 */
final class FrameAnswers {
  /** An answer, made into bytes on the event loop. */
  @FunctionalInterface
  interface Answer {
    void writeTo(Buffer out);
  }

  private final Context context;
  private final NetSocket socket;
  private final ConcurrentLinkedQueue<Answer> waiting = new ConcurrentLinkedQueue<>();
  private final Runnable written;
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /**
   * @param written called on the event loop after each write
   */
  FrameAnswers(Context context, NetSocket socket, Runnable written) {
    this.context = context;
    this.socket = socket;
    this.written = written;
  }

  /** Any thread; hands over and returns. */
  void add(Answer answer) {
    waiting.add(answer);
    if (scheduled.compareAndSet(false, true)) {
      context.runOnContext(nothing -> write());
    }
  }

  private void write() {
    scheduled.set(false); // before looking, so that what comes now has a turn of its own
    Buffer out = Buffer.buffer();
    for (Answer next = waiting.poll(); next != null; next = waiting.poll()) {
      next.writeTo(out);
    }
    if (out.length() > 0) {
      var _ = socket.write(out);
    }
    written.run();
  }
}
