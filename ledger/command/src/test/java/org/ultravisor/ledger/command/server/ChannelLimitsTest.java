package org.ultravisor.ledger.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.command.FakeCluster;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.command.frame.FrameKind;
import org.ultravisor.ledger.command.frame.Payloads;

/** Clients that take too much, or too long, and what the others notice of them: nothing. */
final class ChannelLimitsTest {
  private static final String ASK = "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n";

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  /** Small ones; the patience is shorter than the idle time, which is of whole seconds. */
  private static ChannelLimits limits(int connections, int perAddress, int perSecond) {
    return new ChannelLimits(
        connections,
        perAddress,
        perSecond,
        perSecond,
        1024,
        4096,
        Duration.ofSeconds(2),
        Duration.ofMillis(700));
  }

  private CommandServer server(ChannelLimits limits) throws IOException {
    FakeCluster.Replica replica = new FakeCluster().addReplica();
    CommandServer server =
        CommandServer.start(
            ServerOptions.at("127.0.0.1", 0).with(limits),
            replica,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    replica.listensAt(server.address());
    open.add(server);
    return server;
  }

  /** A client that knows nothing but sockets, from an address of the loopback network. */
  private Socket connect(CommandServer server, String from) throws IOException {
    Socket socket =
        new Socket(
            server.address().getHost(), server.address().getPort(), InetAddress.getByName(from), 0);
    open.add(socket);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private Socket connect(CommandServer server) throws IOException {
    return connect(server, "127.0.0.1");
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The status of the next answer; 0 if the connection is closed instead. */
  private static int status(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    try {
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return 0;
        }
        head.append((char) next);
      }
    } catch (SocketException e) {
      return 0;
    }
    String text = head.toString().toLowerCase(java.util.Locale.ROOT);
    int at = text.indexOf("content-length: ");
    if (at >= 0) {
      int end = text.indexOf('\r', at);
      in.readNBytes(Integer.parseInt(text.substring(at + "content-length: ".length(), end)));
    }
    return Integer.parseInt(head.substring(9, 12));
  }

  /** A request up to its body. */
  private static String post(int bodyBytes) {
    return String.join(
        "\r\n",
        "POST /v1/transactions HTTP/1.1",
        "Host: x",
        "Content-Type: application/json",
        "Content-Length: " + bodyBytes,
        "",
        "");
  }

  private static boolean answers(Socket socket) throws IOException {
    send(socket, ASK);
    return status(socket) == 200;
  }

  /** Or closed, perhaps while we write. */
  private static boolean isAnswered(Socket socket) throws IOException {
    try {
      return answers(socket);
    } catch (SocketException e) {
      return false;
    }
  }

  @Test
  void moreConnectionsFromOneAddressAreClosedAndOthersAreNot() throws Exception {
    CommandServer server = server(limits(10, 3, 1000));
    List<Socket> greedy = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      greedy.add(connect(server));
      assertTrue(answers(greedy.get(i)), "connection " + i);
    }
    assertFalse(isAnswered(connect(server)), "the fourth is closed");
    assertTrue(answers(connect(server, "127.0.0.2")), "another address has its own share");
    assertTrue(answers(greedy.getFirst()), "those within the limit are not harmed");

    greedy.getLast().close();
    awaitAnswer(server, "127.0.0.1");
  }

  @Test
  void moreConnectionsInAllAreClosed() throws Exception {
    CommandServer server = server(limits(3, 3, 1000));
    List<Socket> all = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      all.add(connect(server, "127.0.0." + i));
      assertTrue(answers(all.getLast()));
    }
    assertFalse(isAnswered(connect(server, "127.0.0.9")));
    all.getFirst().close();
    awaitAnswer(server, "127.0.0.9");
  }

  /** The server notices a closed connection a moment later. */
  private void awaitAnswer(CommandServer server, String from) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    boolean answered = false;
    while (!answered && System.nanoTime() < deadline) {
      answered = isAnswered(connect(server, from));
    }
    assertTrue(answered, "a connection that ended is not counted any more");
  }

  @Test
  void whoConnectsAndSaysNothingIsClosed() throws Exception {
    assertEquals(0, status(connect(server(limits(10, 10, 1000)))));
  }

  @Test
  void headersThatComeDropByDropAreNotWaitedFor() throws Exception {
    Socket slow = connect(server(limits(10, 10, 1000)));
    assertTrue(closedWhileDripping(slow, "GET /v1/status HTTP/1.1\r\nX-Slow: ", "a"));
  }

  @Test
  void aBodyThatComesDropByDropIsNotWaitedFor() throws Exception {
    Socket slow = connect(server(limits(10, 10, 1000)));
    String head = post(4000);
    assertTrue(closedWhileDripping(slow, head, " "));
  }

  /** Whether the server ends the connection although something arrives every 50 ms. */
  private static boolean closedWhileDripping(Socket slow, String head, String drop)
      throws Exception {
    send(slow, head);
    slow.setSoTimeout(50);
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (System.nanoTime() < deadline) {
      try {
        send(slow, drop);
        int status = status(slow);
        assertFalse(status >= 200 && status < 300, "answered " + status);
        return true;
      } catch (SocketTimeoutException e) {
        assertFalse(slow.isClosed(), "by us"); // nothing yet
      } catch (SocketException e) {
        return true;
      }
    }
    return false;
  }

  @Test
  void anIdleConnectionIsClosed() throws Exception {
    Socket idle = connect(server(limits(10, 10, 1000)));
    assertTrue(answers(idle));
    assertEquals(0, status(idle));
  }

  @Test
  void moreThanTheShareIsToldThatTheChannelIsBusyAndOthersAreNot() throws Exception {
    CommandServer server = server(limits(10, 10, 20));
    Socket hasty = connect(server);
    int busy = 0;
    for (int i = 0; i < 60; i++) {
      send(hasty, ASK);
      int status = status(hasty);
      assertTrue(status == 200 || status == 429, "status " + status);
      busy += status == 429 ? 1 : 0;
    }
    assertTrue(busy > 0, "60 requests at once, 20 a second");
    assertTrue(answers(connect(server)), "another connection has its own share");
    Thread.sleep(1000);
    assertTrue(answers(hasty), "after a pause there is a new share");
  }

  @Test
  void framesHaveTheSameShare() throws Exception {
    CommandServer server = server(limits(10, 10, 5));
    Payloads payloads = new Payloads(new LedgerCodec());
    try (RawFrames hasty = RawFrames.connect(server)) {
      byte[] question = payloads.openSession(new SessionRequest(5, "test"));
      for (int i = 1; i <= 4; i++) { // the upgrade was the first of five
        hasty.send(FrameKind.OPEN_SESSION, i, question);
        hasty.receive(FrameKind.SESSION);
      }
      for (int i = 5; i <= 30; i++) {
        hasty.send(FrameKind.OPEN_SESSION, i, question);
      }
      while (true) { // some may be answered: the share grows meanwhile
        var next = hasty.receive();
        if (next.kind() == FrameKind.ERROR) {
          break;
        }
        assertEquals(FrameKind.SESSION, next.kind());
      }
    }
  }

  @Test
  void whatIsTooLongIsRefused() throws Exception {
    CommandServer server = server(limits(10, 10, 1000));
    Socket header = connect(server);
    send(header, "GET /v1/status HTTP/1.1\r\nX-Long: " + "a".repeat(2000) + "\r\n\r\n");
    assertEquals(431, status(header));
    Socket body = connect(server);
    send(body, post(5000) + " ".repeat(5000));
    assertEquals(413, status(body));
  }
}
