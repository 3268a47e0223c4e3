package org.ultravisor.ledger.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.ultravisor.ledger.command.frame.FrameKind;
import org.ultravisor.ledger.command.frame.Frames;
import org.ultravisor.ledger.command.frame.Frames.Frame;
import org.ultravisor.ledger.command.frame.Frames.FrameException;

/** A client that knows nothing but sockets and bytes. */
final class RawFrames implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final DataInputStream in;
  private final Frames frames = Frames.ofAnswers();

  private RawFrames(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  static RawFrames open(CommandServer server) throws IOException {
    return new RawFrames(new Socket(server.address().getHost(), server.address().getPort()));
  }

  static RawFrames connect(CommandServer server) throws IOException {
    RawFrames client = open(server);
    String head = client.upgrade(Frames.PROTOCOL);
    assertTrue(head.startsWith("HTTP/1.1 101"), head);
    return client;
  }

  /** Asks for the upgrade and returns the head of the response. */
  String upgrade(String protocol) throws IOException {
    sendRaw(
        "GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n"
            .formatted(Frames.PATH, protocol)
            .getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readByte());
    }
    return head.toString();
  }

  void send(FrameKind kind, long id, byte[] payload) throws IOException {
    Buffer out = Buffer.buffer();
    Frames.append(out, kind, id, payload);
    sendRaw(out.getBytes());
  }

  void sendUnchecked(FrameKind kind, long id, byte[] payload) {
    try {
      send(kind, id, payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void sendRaw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** The next frame, which must be of this kind. */
  Frame receive(FrameKind kind) throws IOException, FrameException {
    Frame next = receive();
    assertEquals(kind, next.kind());
    return next;
  }

  Frame receive() throws IOException, FrameException {
    byte[] bytes = new byte[1 << 16];
    while (true) {
      Optional<Frame> next = frames.next();
      if (next.isPresent()) {
        return next.get();
      }
      int count = in.read(bytes);
      assertTrue(count > 0, "the server closed the connection");
      frames.feed(Buffer.buffer().appendBytes(bytes, 0, count));
    }
  }

  boolean isClosedByPeer() throws IOException {
    return in.read() < 0;
  }

  void awaitAtLeast(AtomicInteger count, int least) throws InterruptedException {
    while (count.get() < least) {
      Thread.sleep(1);
    }
  }

  /** Waits until a count has not risen for a while. */
  void awaitStall(AtomicInteger count) throws InterruptedException {
    int before = -1;
    while (count.get() != before || before == 0) {
      before = count.get();
      Thread.sleep(500);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
