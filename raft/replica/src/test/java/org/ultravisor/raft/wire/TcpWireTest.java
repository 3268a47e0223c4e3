package org.ultravisor.raft.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions arrive in order and whole, whoever else connects; what cannot arrive fails. */
@Timeout(60)
final class TcpWireTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int MEBIBYTE = 1 << 20;

  private final List<TcpWire> wires = new ArrayList<>();
  private final Echo echo = new Echo();

  /** Answers each question with itself; keeps those whose term is 0. */
  private static final class Echo implements Wire.Receiver {
    final BlockingQueue<String> lost = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> asked = new LinkedBlockingQueue<>();

    @Override
    public void asked(String peer, Kind kind, ByteString question, Wire.Answer answer) {
      try {
        TermIndexProto content = Messages.read(question, TermIndexProto::parseFrom);
        asked.add(content.getIndex());
        if (kind == Kind.LEADER_LOST) {
          answer.fail(peer + " may not");
        } else if (content.getTerm() != 0) {
          answer.give(content);
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void lost(String peer) {
      lost.add(peer);
    }
  }

  @AfterEach
  void close() {
    wires.forEach(TcpWire::close);
  }

  private TcpWire wire(String group, String self, int port, Wire.Receiver receiver)
      throws IOException {
    TcpWire wire =
        new TcpWire(
            group,
            self,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            Sockets.PLAIN);
    wires.add(wire);
    wire.start(receiver);
    return wire;
  }

  private static void introduce(Wire to, String name, Wire other) {
    to.know(name, "127.0.0.1:" + other.address().getPort());
  }

  private static TermIndexProto content(long term, long index) {
    return TermIndexProto.newBuilder().setTerm(term).setIndex(index).build();
  }

  private static String reason(CompletableFuture<ByteString> answer) {
    return String.valueOf(assertThrows(CompletionException.class, answer::join).getCause());
  }

  @Test
  void answersComeToTheirQuestionsAndOrderIsKept() throws IOException {
    TcpWire r1 = wire("g", "r1", 0, echo);
    TcpWire r2 = wire("g", "r2", 0, new Echo());
    introduce(r2, "r1", r1);
    List<CompletableFuture<ByteString>> answers = new ArrayList<>();
    for (int i = 1; i <= 2000; i++) {
      answers.add(r2.ask("r1", Wire.Lane.APPENDS, Kind.APPEND_ENTRIES, content(7, i), LONG));
    }
    for (int i = 1; i <= 2000; i++) {
      TermIndexProto answer = Messages.await(answers.get(i - 1), LONG, TermIndexProto::parseFrom);
      assertEquals(content(7, i), answer);
      assertEquals(i, echo.asked.remove());
    }
    CompletableFuture<ByteString> refused =
        r2.ask("r1", Wire.Lane.CONTROL, Kind.LEADER_LOST, content(7, 1), LONG);
    assertTrue(reason(refused).contains("r2 may not"), () -> reason(refused));
  }

  @Test
  void longMessagesArriveWhole() throws IOException {
    byte[] large = new byte[5 * MEBIBYTE];
    large[4 * MEBIBYTE] = 42;
    BlockingQueue<ByteString> received = new LinkedBlockingQueue<>();
    TcpWire r1 =
        wire(
            "g",
            "r1",
            0,
            new Wire.Receiver() {
              @Override
              public void asked(String peer, Kind kind, ByteString question, Wire.Answer answer) {
                received.add(question);
                answer.give(content(1, question.size()));
              }

              @Override
              public void lost(String peer) {}
            });
    TcpWire r2 = wire("g", "r2", 0, new Echo());
    introduce(r2, "r1", r1);
    var message =
        org.apache.ratis.proto.RaftProtos.ClientMessageEntryProto.newBuilder()
            .setContent(ByteString.copyFrom(large))
            .build();
    CompletableFuture<ByteString> answer =
        r2.ask("r1", Wire.Lane.APPENDS, Kind.APPEND_ENTRIES, message, LONG);
    assertEquals(
        message.getSerializedSize(),
        Messages.await(answer, LONG, TermIndexProto::parseFrom).getIndex());
    assertEquals(message.toByteString(), received.remove());
  }

  @Test
  void anotherClustersReplicaIsRefusedByName() throws IOException {
    TcpWire r1 = wire("g", "r1", 0, echo);
    TcpWire stranger = wire("h", "r2", 0, new Echo());
    introduce(stranger, "r1", r1);
    CompletableFuture<ByteString> answer =
        stranger.ask("r1", Wire.Lane.CONTROL, Kind.REQUEST_VOTE, content(1, 1), LONG);
    assertTrue(
        reason(answer).contains("replica r1 of cluster g listens here"), () -> reason(answer));
    introduce(stranger, "r9", r1);
    CompletableFuture<ByteString> misled =
        stranger.ask("r9", Wire.Lane.CONTROL, Kind.REQUEST_VOTE, content(1, 1), LONG);
    assertTrue(reason(misled).contains("asked for r9 of cluster h"), () -> reason(misled));
    assertTrue(echo.asked.isEmpty());
  }

  @Test
  void whoeverSendsRubbishIsCutOffAndNobodyElseNotices() throws IOException {
    TcpWire r1 = wire("g", "r1", 0, echo);
    for (byte[] rubbish :
        List.of(
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8),
            ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array(),
            ByteBuffer.allocate(4).putInt(-1).array(),
            ByteBuffer.allocate(13).putInt(9).put((byte) 99).array(),
            ByteBuffer.allocate(16)
                .putInt(12)
                .put((byte) Frames.GREETING)
                .putLong(0)
                .put(new byte[] {1, 2, 3})
                .array())) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), r1.address().getPort())) {
        socket.getOutputStream().write(rubbish);
        socket.shutdownOutput();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.readAllBytes(); // ends, because the other side closes
      } catch (IOException closed) {
        // or resets, which is as good
        assertFalse(closed.toString().isEmpty());
      }
    }
    TcpWire r2 = wire("g", "r2", 0, new Echo());
    introduce(r2, "r1", r1);
    assertEquals(
        content(7, 1),
        Messages.await(
            r2.ask("r1", Wire.Lane.CONTROL, Kind.REQUEST_VOTE, content(7, 1), LONG),
            LONG,
            TermIndexProto::parseFrom));
  }

  @Test
  void anUnknownKindOfQuestionEndsTheConnection() throws IOException {
    TcpWire r1 = wire("g", "r1", 0, echo);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), r1.address().getPort())) {
      Frames.Writer writer = new Frames.Writer(socket.getOutputStream());
      writer.write(Frames.GREETING, 0, new Greeting("g", "r7", "r1", Wire.Lane.APPENDS).print());
      writer.write(33, 1, content(1, 1));
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void aPeersEndIsToldAndFailsWhatIsOpen() throws Exception {
    TcpWire r1 = wire("g", "r1", 0, echo);
    Echo other = new Echo();
    TcpWire r2 = wire("g", "r2", 0, other);
    introduce(r2, "r1", r1);
    introduce(r1, "r2", r2);
    CompletableFuture<ByteString> open =
        r2.ask("r1", Wire.Lane.APPENDS, Kind.APPEND_ENTRIES, content(0, 1), LONG);
    CompletableFuture<ByteString> control =
        r1.ask("r2", Wire.Lane.CONTROL, Kind.REQUEST_VOTE, content(7, 2), LONG);
    control.join();
    assertEquals(1, echo.asked.poll(30, TimeUnit.SECONDS));
    assertFalse(open.isDone());
    r2.close();
    assertTrue(reason(open).contains("r2-to-r1-appends"), () -> reason(open));
    assertEquals("r2", echo.lost.poll(30, TimeUnit.SECONDS));
    r1.close();
    assertTrue(other.lost.isEmpty(), "only the end of appends is told");
  }

  @Test
  void whoIsAwayIsReachedAgainWhenHeIsBack() throws IOException {
    TcpWire r1 = wire("g", "r1", 0, echo);
    int port = r1.address().getPort();
    TcpWire r2 = wire("g", "r2", 0, new Echo());
    introduce(r2, "r1", r1);
    ask(r2).join();
    r1.close();
    assertThrows(CompletionException.class, () -> untilItFails(r2));
    wire("g", "r1", port, echo);
    long deadline = System.nanoTime() + LONG.toNanos();
    while (true) {
      try {
        ask(r2).join();
        return;
      } catch (CompletionException stillAway) {
        if (System.nanoTime() - deadline > 0) {
          throw stillAway;
        }
      }
    }
  }

  private static CompletableFuture<ByteString> ask(Wire from) {
    return from.ask("r1", Wire.Lane.APPENDS, Kind.APPEND_ENTRIES, content(7, 1), LONG);
  }

  private static void untilItFails(Wire from) {
    while (true) {
      ask(from).join();
    }
  }

  @Test
  void aQuestionWithoutAnswerFailsInTimeAndTheNextGetsANewConnection() throws IOException {
    TcpWire r1 = wire("g", "r1", 0, echo);
    TcpWire r2 = wire("g", "r2", 0, new Echo());
    introduce(r2, "r1", r1);
    CompletableFuture<ByteString> silent =
        r2.ask("r1", Wire.Lane.APPENDS, Kind.APPEND_ENTRIES, content(0, 1), Duration.ofMillis(100));
    assertTrue(reason(silent).contains("no answer in time"), () -> reason(silent));
    ask(r2).join();
    CompletableFuture<ByteString> nobody =
        r2.ask("r9", Wire.Lane.APPENDS, Kind.APPEND_ENTRIES, content(7, 1), LONG);
    assertTrue(reason(nobody).contains("no address"), () -> reason(nobody));
  }
}
