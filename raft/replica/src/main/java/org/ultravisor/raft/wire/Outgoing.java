package org.ultravisor.raft.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that we made, by which we ask. It lives until its first failure; what is open then
 * fails with it. One thread reads; who asks, writes.
 */
final class Outgoing {
  private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);
  private static final int READ_BUFFER = 16 << 10;

  private final String name;
  private final Socket socket;
  private final Frames.Writer writer;
  private final Map<Long, Open> open = new ConcurrentHashMap<>();
  private volatile boolean ended;
  private volatile long lastReceived = System.nanoTime();
  private long calls; // under the link's lock

  /** A question without its answer yet; times by {@link System#nanoTime}. */
  private record Open(CompletableFuture<ByteString> answer, long sent, long deadline) {}

  /** Greets and begins to read. */
  Outgoing(String name, Socket socket, Greeting greeting) throws IOException {
    this.name = name;
    this.socket = socket;
    this.writer = new Frames.Writer(socket.getOutputStream());
    Frames.Reader reader =
        new Frames.Reader(new BufferedInputStream(socket.getInputStream(), READ_BUFFER));
    writer.write(Frames.GREETING, 0, greeting.print());
    Thread.ofPlatform().daemon().name(name + "-answers").start(() -> read(reader));
  }

  boolean ended() {
    return ended;
  }

  /** One thread at a time. */
  CompletableFuture<ByteString> ask(Kind kind, MessageLite question, Duration longest) {
    long call = ++calls;
    long now = System.nanoTime();
    CompletableFuture<ByteString> answer = new CompletableFuture<>();
    open.put(call, new Open(answer, now, now + longest.toNanos()));
    try {
      writer.write(kind.code(), call, question);
      if (ended) { // it may have failed what is open just before this question was
        fail(new IOException(name + ": the connection has ended"));
      }
    } catch (IOException e) {
      fail(new IOException("%s: cannot send: %s".formatted(name, e.getMessage()), e));
    }
    return answer;
  }

  private void read(Frames.Reader reader) {
    try {
      while (true) {
        Frames.Frame frame = reader.read();
        lastReceived = System.nanoTime();
        if (frame.kind() == Frames.GREETING) {
          throw new IOException("refused: " + frame.text());
        }
        Open question = open.remove(frame.call());
        if (question != null) {
          answered(question, frame);
        }
      }
    } catch (IOException e) {
      fail(new IOException("%s: the connection ended: %s".formatted(name, e.getMessage()), e));
    } catch (RuntimeException e) { // of who got an answer; the other questions must not wait for it
      LOG.error("{}: an answer was not understood", name, e);
      fail(new IOException(name + ": an answer was not understood", e));
    }
  }

  private void answered(Open question, Frames.Frame frame) {
    if (frame.kind() == Frames.ANSWER) {
      question.answer().complete(frame.body());
    } else {
      question.answer().completeExceptionally(new IOException(name + ": " + frame.text()));
    }
  }

  /** Fails what has waited too long, and all if nothing at all came meanwhile. Any thread. */
  void expire(long now) {
    for (Map.Entry<Long, Open> each : List.copyOf(open.entrySet())) {
      Open question = each.getValue();
      if (now - question.deadline() >= 0) {
        IOException late = new IOException(name + ": no answer in time");
        if (lastReceived - question.sent() < 0) {
          fail(late); // who writes may hang, too: only this wakes it
          return;
        }
        if (open.remove(each.getKey()) != null) {
          question.answer().completeExceptionally(late);
        }
      }
    }
  }

  /** Ends the connection and fails all that is open. Any thread, any number of times. */
  void fail(IOException why) {
    ended = true;
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("{}: closing", name, e); // it is of no use any more, however it closes
    }
    for (Long call : List.copyOf(open.keySet())) {
      Open question = open.remove(call);
      if (question != null) {
        question.answer().completeExceptionally(why);
      }
    }
  }
}
