package org.ultravisor.ledger.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.FakeCluster;
import org.ultravisor.ledger.command.FakeCluster.Fault;
import org.ultravisor.ledger.command.FrameList;
import org.ultravisor.ledger.command.SessionRequest;
import org.ultravisor.ledger.command.frame.FrameKind;
import org.ultravisor.ledger.command.frame.Frames;
import org.ultravisor.ledger.command.frame.Frames.Frame;
import org.ultravisor.ledger.command.frame.Payloads;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;

/** What a server answers to frames, well made or not, as seen by a client that is not ours. */
class FrameConnectionTest {
  private static final long SEED = Long.getLong("ultravisor.seed", System.nanoTime());
  private static final int MANY = 1500;

  private final FakeCluster cluster = new FakeCluster();
  private final LedgerCodec codec = new LedgerCodec();
  private final Payloads payloads = new Payloads(codec);
  private final List<CommandServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(CommandServer::close);
  }

  private CommandServer server(FrameLimits limits) throws IOException {
    FakeCluster.Replica replica = cluster.addReplica();
    CommandServer server =
        CommandServer.start(
            ServerOptions.at("127.0.0.1", 0).withRequestTimeout(Duration.ofMinutes(2)),
            limits,
            replica,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    replica.listensAt(server.address());
    servers.add(server);
    return server;
  }

  private CommandServer server() throws IOException {
    return server(FrameLimits.DEFAULT);
  }

  private byte[] addProcessor(long session, long id) {
    return codec.encodeTransaction(
        Transaction.of(session, id, "test", List.of(new Operation.AddProcessor((int) id, 0))));
  }

  private long openSession(RawFrames client) throws Exception {
    client.send(FrameKind.OPEN_SESSION, 1, payloads.openSession(new SessionRequest(5, "test")));
    return payloads.session(client.receive(FrameKind.SESSION).payload()).value().session();
  }

  @Test
  void questionsArePipelinedInOrderAndEachIsAnsweredOnce() throws Exception {
    try (RawFrames client = RawFrames.connect(server())) {
      long session = openSession(client);
      for (int id = 1; id <= 1000; id++) {
        client.send(FrameKind.SUBMIT, id, addProcessor(session, id));
      }
      Map<Long, Long> sequences = new HashMap<>();
      for (int i = 0; i < 1000; i++) {
        Frame frame = client.receive(FrameKind.OUTCOME);
        Outcome outcome = codec.decodeOutcome(frame.payload());
        assertTrue(outcome instanceof Outcome.Committed, outcome::toString);
        sequences.put(frame.id(), outcome.sequence());
      }
      for (long id = 1; id <= 1000; id++) {
        assertEquals(id + 1, sequences.get(id), "asked in order, behind the session");
      }
    }
  }

  @Test
  void oneRequestSentTwiceHappensOnce() throws Exception {
    CommandServer server = server();
    byte[] request;
    Outcome first;
    try (RawFrames client = RawFrames.connect(server)) {
      request = addProcessor(openSession(client), 1);
      client.send(FrameKind.SUBMIT, 8, request);
      first = codec.decodeOutcome(client.receive(FrameKind.OUTCOME).payload());
    }
    try (RawFrames again = RawFrames.connect(server)) {
      again.send(FrameKind.SUBMIT, 8, request);
      assertEquals(first, codec.decodeOutcome(again.receive(FrameKind.OUTCOME).payload()));
    }
    assertEquals(2, cluster.leaves().size());
  }

  @Test
  void aTransactionOfWrongShapeIsToldAtOnceAndTheConnectionGoesOn() throws Exception {
    try (RawFrames client = RawFrames.connect(server())) {
      byte[] wrong = addProcessor(1, 1);
      wrong[wrong.length - 1] = (byte) 0x80; // a number that does not end
      client.send(FrameKind.SUBMIT, 3, wrong);
      Frame answer = client.receive(FrameKind.ERROR);
      ErrorReport report = payloads.error(answer.payload());
      assertEquals(3, answer.id());
      assertEquals(ErrorReport.Kind.BAD_REQUEST, report.error());
      assertTrue(report.message().startsWith("transaction, byte"), report.message());
      client.send(FrameKind.PING, 4, payloads.ping());
      assertTrue(payloads.standing(client.receive(FrameKind.STANDING).payload()).leads());
      assertTrue(cluster.leaves().isEmpty());
    }
  }

  @Test
  void whatIsNoFrameEndsTheConnectionAndNoOther() throws Exception {
    CommandServer server = server();
    Random random = new Random(SEED);
    try (RawFrames good = RawFrames.connect(server)) {
      for (int round = 0; round < 50; round++) {
        try (RawFrames bad = RawFrames.connect(server)) {
          byte[] bytes = new byte[64];
          random.nextBytes(bytes);
          bytes[0] = (byte) (1 + random.nextInt(255)); // longer than any frame
          bad.sendRaw(bytes);
          Frame last = bad.receive(FrameKind.ERROR);
          assertEquals(Frames.NO_ID, last.id());
          assertTrue(
              payloads.error(last.payload()).message().startsWith("a frame's length in"),
              "repeat with -Dultravisor.seed=" + SEED);
          assertTrue(bad.isClosedByPeer());
        }
      }
      openSession(good);
    }
  }

  @Test
  void anIdThatIsOpenEndsTheConnection() throws Exception {
    cluster.faults(transaction -> Fault.SILENT_AFTER_COMMIT);
    try (RawFrames client = RawFrames.connect(server())) {
      client.send(FrameKind.SUBMIT, 3, addProcessor(1, 1));
      client.send(FrameKind.SUBMIT, 3, addProcessor(1, 2));
      assertTrue(
          payloads
              .error(client.receive(FrameKind.ERROR).payload())
              .message()
              .contains("not answered yet"));
      assertTrue(client.isClosedByPeer());
    }
  }

  @Test
  void anotherProtocolIsRefused() throws Exception {
    try (RawFrames client = RawFrames.open(server())) {
      String head = client.upgrade("ultravisor/77");
      assertTrue(head.startsWith("HTTP/1.1 400"), head);
    }
  }

  @Test
  void aFollowerSaysWhoLeads() throws Exception {
    CommandServer leader = server();
    try (RawFrames client = RawFrames.connect(server())) {
      client.send(FrameKind.SUBMIT, 1, addProcessor(1, 1));
      ErrorReport report = payloads.error(client.receive(FrameKind.ERROR).payload());
      assertEquals(ErrorReport.Kind.NOT_LEADER, report.error());
      assertEquals(leader.address(), report.leader().orElseThrow());
      client.send(FrameKind.PING, 2, payloads.ping());
      Payloads.Standing standing = payloads.standing(client.receive(FrameKind.STANDING).payload());
      assertFalse(standing.leads());
      assertEquals(leader.address(), standing.leader().orElseThrow());
    }
  }

  @Test
  void aFullWindowIsNotReadBeyond() throws Exception {
    AtomicInteger seen = new AtomicInteger();
    AtomicInteger released = new AtomicInteger();
    AtomicInteger mostOpen = new AtomicInteger();
    cluster.faults(
        transaction -> {
          mostOpen.accumulateAndGet(seen.incrementAndGet() - released.get(), Math::max);
          return Fault.HELD;
        });
    try (RawFrames client = RawFrames.connect(server(new FrameLimits(8, 1 << 20)))) {
      for (int id = 1; id <= 20; id++) {
        client.send(FrameKind.SUBMIT, id, addProcessor(1, id));
      }
      client.awaitStall(seen);
      for (int id = 1; id <= 20; id++) {
        released.incrementAndGet();
        cluster.release();
        assertEquals(id, client.receive(FrameKind.OUTCOME).id());
        client.awaitAtLeast(seen, Math.min(20, id / 4 * 4 + 4));
      }
      assertEquals(8, mostOpen.get());
    }
  }

  @Test
  void aReaderThatDoesNotReadIsNotReadEither() throws Exception {
    byte[] question =
        payloads.owners(
            new Payloads.OwnersQuestion(
                Consistency.STALE, new FrameList(LongStream.range(0, 10_000).boxed().toList())));
    try (RawFrames client = RawFrames.connect(server(new FrameLimits(64, 1 << 20)))) {
      AtomicInteger sent = new AtomicInteger();
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int id = 0; id < MANY; id++) {
                      client.sendUnchecked(FrameKind.OWNERS, id, question);
                      sent.incrementAndGet();
                    }
                  });
      client.awaitStall(sent);
      assertTrue(sent.get() < MANY, "30 MB of questions must not fit anywhere: " + sent.get());
      for (int id = 0; id < MANY; id++) {
        assertEquals(
            10_000, payloads.pages(client.receive(FrameKind.PAGES).payload()).value().size());
      }
      writer.join();
    }
  }
}
