package org.ultravisor.raft.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.jspecify.annotations.Nullable;

/**
 * The way to one peer in one lane: a connection that is made when it is needed and, after it broke,
 * again. Any thread.
 */
final class Link {
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(1);

  /** Between two attempts to connect: whoever asks in between hears of the last one's failure. */
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private final String name;
  private final Greeting greeting;
  private final Sockets sockets;
  private final Supplier<InetSocketAddress> address;
  private final ReentrantLock sending = new ReentrantLock();

  private volatile @Nullable Outgoing connection;
  private @Nullable IOException lastFailure; // guarded by sending
  private long nextAttempt = System.nanoTime(); // guarded by sending
  private volatile boolean closed;

  /**
   * @param name of its threads, and in messages
   */
  Link(String name, Greeting greeting, Sockets sockets, Supplier<InetSocketAddress> address) {
    this.name = name;
    this.greeting = greeting;
    this.sockets = sockets;
    this.address = address;
  }

  CompletableFuture<ByteString> ask(Kind kind, MessageLite question, Duration longest) {
    sending.lock();
    try {
      return connected().ask(kind, question, longest);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      sending.unlock();
    }
  }

  private Outgoing connected() throws IOException {
    Outgoing current = connection;
    if (current != null && !current.ended()) {
      return current;
    }
    if (closed) {
      throw new IOException(name + ": closed");
    }
    if (lastFailure != null && System.nanoTime() - nextAttempt < 0) {
      throw new IOException(lastFailure.getMessage(), lastFailure);
    }
    try {
      Outgoing made = connect();
      connection = made;
      lastFailure = null;
      if (closed) {
        made.fail(new IOException(name + ": closed"));
      }
      return made;
    } catch (IOException e) {
      lastFailure = new IOException("%s: %s".formatted(name, e.getMessage()), e);
      nextAttempt = System.nanoTime() + PAUSE_NANOS;
      throw lastFailure;
    }
  }

  private Outgoing connect() throws IOException {
    Socket socket = sockets.connect(address.get(), LONGEST_CONNECT);
    try {
      sockets.requirePeer(socket, greeting.to());
      return new Outgoing(name, socket, greeting);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  void expire(long now) {
    Outgoing current = connection;
    if (current != null) {
      current.expire(now);
    }
  }

  void disconnect(String why) {
    Outgoing current = connection;
    if (current != null) {
      current.fail(new IOException("%s: %s".formatted(name, why)));
    }
  }

  void close() {
    closed = true;
    disconnect("closed");
  }
}
