package org.ultravisor.ledger.command.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.command.FakeCluster;
import org.ultravisor.ledger.command.LeafView;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Transaction;

/** The stream of leaves: in order, without gaps, across breaks. */
class WatchTest {
  private static final int SECONDS = 60;
  private static final int LONG_LEAVES = 400;

  @Test
  void aStreamIsResumedAtAnotherReplica() throws Exception {
    try (Servers servers = new Servers(2, Servers.quick());
        LedgerClient client = servers.client()) {
      append(servers.cluster, 1, 100);
      BlockingQueue<LeafView> seen = new LinkedBlockingQueue<>();
      CountDownLatch interrupted = new CountDownLatch(1);
      Watch watch =
          client.watch(
              11,
              new LeafListener() {
                @Override
                public void leaf(LeafView leaf) {
                  seen.add(leaf);
                }

                @Override
                public void interrupted(String why) {
                  interrupted.countDown();
                }
              });
      expect(seen, 11, 100);
      append(servers.cluster, 101, 120);
      expect(seen, 101, 120);
      servers.servers.getFirst().close();
      assertTrue(interrupted.await(SECONDS, TimeUnit.SECONDS), "the break is told");
      append(servers.cluster, 121, 150);
      expect(seen, 121, 150);
      watch.close();
      watch.ended().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
      assertTrue(seen.isEmpty(), "nothing comes twice");
    }
  }

  @Test
  void whatIsSeenIsTheAuditLog() throws Exception {
    try (Servers servers = new Servers(1, Servers.quick());
        LedgerClient client = servers.client()) {
      append(servers.cluster, 1, 3);
      BlockingQueue<LeafView> seen = new LinkedBlockingQueue<>();
      try (Watch watch = client.watch(1, seen::add)) {
        List<LeafView> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          all.add(take(seen));
        }
        assertEquals(servers.cluster.leaves(), all.stream().map(LeafView::audited).toList());
        assertTrue(!watch.ended().toCompletableFuture().isDone());
      }
    }
  }

  @Test
  void aListenerThatFailsEndsItsStream() throws Exception {
    try (Servers servers = new Servers(1, Servers.quick());
        LedgerClient client = servers.client()) {
      append(servers.cluster, 1, 1);
      Watch watch =
          client.watch(
              1,
              leaf -> {
                throw new IllegalStateException("planted");
              });
      ExecutionException failure =
          assertThrows(
              ExecutionException.class,
              () -> watch.ended().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS));
      assertEquals("java.lang.IllegalStateException: planted", String.valueOf(failure.getCause()));
    }
  }

  /** Nobody has these leaves any more, so the watcher is told instead of trying for ever. */
  @Test
  void aWatchOfCompactedLeavesEnds() throws Exception {
    try (Servers servers = new Servers(1, Servers.quick());
        LedgerClient client = servers.client()) {
      append(servers.cluster, 1, 5);
      servers.cluster.compact(4);
      Watch watch = client.watch(2, leaf -> {});
      ExecutionException failure =
          assertThrows(
              ExecutionException.class,
              () -> watch.ended().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS));
      ClientException compacted = assertInstanceOf(ClientException.class, failure.getCause());
      assertEquals("COMPACTED: the first leaf kept is 4", compacted.getMessage());
      BlockingQueue<LeafView> seen = new LinkedBlockingQueue<>();
      try (Watch later = client.watch(4, seen::add)) {
        expect(seen, 4, 5);
        assertTrue(!later.ended().toCompletableFuture().isDone());
      }
    }
  }

  /** Hanging up is a watcher's ordinary end, so the server's log says nothing of it. */
  @Test
  void aWatcherThatHangsUpIsNoError() throws Exception {
    try (LogCapture log = new LogCapture("org.ultravisor");
        Servers servers = new Servers(1, Servers.quick());
        LedgerClient client = servers.client()) {
      append(servers.cluster, 1, 1);
      BlockingQueue<LeafView> seen = new LinkedBlockingQueue<>();
      Watch watch = client.watch(1, seen::add);
      expect(seen, 1, 1);
      watch.close();
      watch.ended().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
      log.await("CancellationException", SECONDS);
      assertEquals(List.of(), log.atLeast(Level.INFO));
    }
  }

  /** A reader that takes nothing is dropped, and told so when it reads again. */
  @Test
  void aReaderThatStallsIsDropped() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (Servers servers = new Servers(1, Servers.quick())) {
      appendLong(servers.cluster, LONG_LEAVES);
      URI address = servers.addresses().getFirst();
      CompletableFuture<HttpClientResponse> paused = new CompletableFuture<>();
      CompletableFuture<String> all = new CompletableFuture<>();
      vertx
          .createHttpClient()
          .request(HttpMethod.GET, address.getPort(), address.getHost(), "/v1/log/stream?from=1")
          .compose(request -> request.send())
          .onComplete(
              response -> {
                StringBuilder text = new StringBuilder();
                response.pause();
                response.handler(bytes -> text.append(bytes));
                response.endHandler(nothing -> all.complete(text.toString()));
                response.exceptionHandler(all::completeExceptionally);
                paused.complete(response);
              },
              paused::completeExceptionally);
      HttpClientResponse response = paused.get(SECONDS, TimeUnit.SECONDS);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (servers.streams() > 0) {
        assertTrue(System.nanoTime() < deadline, "the stream is still open");
        Thread.onSpinWait();
      }
      response.resume();
      String text = all.get(SECONDS, TimeUnit.SECONDS);
      assertTrue(text.contains("event: dropped\n"), "the reader is told");
      assertTrue(text.contains("id: 1\n"));
      assertTrue(
          !text.contains("id: " + LONG_LEAVES + "\n"), "the log is longer than what was buffered");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }
  }

  private static void append(FakeCluster cluster, int from, int to) {
    for (int nonce = from; nonce <= to; nonce++) {
      cluster.execute(
          Transaction.sessionless("test", new Operation.AttachReplica("r" + nonce % 3, nonce)));
    }
  }

  /** Leaves of about 60 KB each. */
  private static void appendLong(FakeCluster cluster, int count) {
    for (int i = 0; i < count; i++) {
      Operation[] operations = new Operation[500];
      for (int j = 0; j < operations.length; j++) {
        operations[j] = new Operation.AttachReplica("r" + j % 3, i * 1000L + j);
      }
      cluster.execute(Transaction.sessionless("test", operations));
    }
  }

  private static void expect(BlockingQueue<LeafView> seen, long from, long to) throws Exception {
    for (long sequence = from; sequence <= to; sequence++) {
      assertEquals(sequence, take(seen).sequence());
    }
  }

  private static LeafView take(BlockingQueue<LeafView> seen) throws InterruptedException {
    LeafView leaf = seen.poll(SECONDS, TimeUnit.SECONDS);
    if (leaf == null) {
      throw new AssertionError("no leaf came");
    }
    return leaf;
  }
}
