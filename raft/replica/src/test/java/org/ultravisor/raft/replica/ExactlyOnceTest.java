package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.RequestStatus;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.DurableFiles;

/**
 * Each request is executed once, whatever the client repeats and whatever happens to the replicas
 * meanwhile: leaders end, followers lose their stores, logs are purged, states are installed.
 * Repeat with {@code -Dultravisor.seed=N}, go on for longer with {@code -Dultravisor.steps=N}.
 */
final class ExactlyOnceTest {
  private static final int STEPS = Integer.getInteger("ultravisor.steps", 480);
  private static final int STEPS_A_FAULT = 60;

  private static final SnapshotPolicy SMALL =
      new SnapshotPolicy(1_000_000, 8 << 10, Duration.ofMinutes(10), 2, 0, 8 << 10);

  private final long seed = Long.getLong("ultravisor.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1));
  private final Map<String, Integer> faults = new TreeMap<>();

  @Test
  void everyRequestIsExecutedOnce(@TempDir Path root) throws IOException {
    System.out.printf("seed %d; repeat with -Dultravisor.seed=%1$d%n", seed);
    try (TestCluster cluster = new TestCluster(root, 3, config -> config.with(SMALL), now::get)) {
      long session = new TestRequests().openSession(cluster);
      OnceModel model = new OnceModel(random, session, request -> often(cluster, request));
      for (int step = 1; step <= STEPS; step++) {
        model.step();
        if (step % STEPS_A_FAULT == 0) {
          fault(cluster);
          for (Replica replica : cluster.replicas()) {
            read(replica, reader -> check(model, reader));
          }
        }
      }
      cluster.awaitEqual();
      model.requireAllMet();
      assertTrue(cluster.leader().firstLogIndex() > 1, "no log was purged");
      System.out.printf("%s, faults %s%n", model, faults);

      now.updateAndGet(time -> time.plus(Duration.ofHours(25)));
      TestRequests later = new TestRequests();
      Await.until( // each transaction forgets some sessions, those idle for longest first
          "the session to expire",
          () -> {
            cluster.submit(later.sessionless());
            return read(cluster.leader(), reader -> reader.requestStatus(session, 1))
                .equals(new RequestStatus.SessionExpired());
          });
      model.checkExpired();
      restartAll(cluster);
      model.checkExpired();
      for (Replica replica : cluster.replicas()) {
        assertEquals(
            new RequestStatus.SessionExpired(),
            read(replica, reader -> reader.requestStatus(session, 1)));
        assertEquals(
            model.created(),
            read(replica, LedgerReader::partitions).stream()
                .map(PartitionInfo::name)
                .collect(Collectors.toSet()));
      }
      for (Peer peer : cluster.peers()) {
        assertEquals(List.of(), cluster.heard(peer.id()).failures);
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("repeat with -Dultravisor.seed=" + seed, e);
    }
  }

  /** As a client does: again, while the replica knows no leader. */
  private static <T> T read(Replica replica, Function<LedgerReader, T> question) {
    List<T> answer = new ArrayList<>();
    Await.until(
        "a read",
        () -> {
          try {
            return answer.add(replica.read(question).join());
          } catch (CompletionException e) {
            if (e.getCause() instanceof ReadFailedException) {
              return false;
            }
            throw e;
          }
        });
    return answer.getFirst();
  }

  private static boolean check(OnceModel model, LedgerReader reader) {
    model.check(reader);
    return true;
  }

  /** As an impatient client does: the same request several times at once. All answers are equal. */
  private Outcome often(TestCluster cluster, Transaction transaction) {
    List<CompletableFuture<Outcome>> hasty = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      hasty.add(cluster.leader().submit(Principal.LOCAL, transaction));
    }
    Outcome outcome = cluster.submit(transaction);
    for (CompletableFuture<Outcome> each : hasty) {
      try {
        assertSame(outcome, each.join());
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof ReplicaException)) {
          throw e;
        }
      }
    }
    return outcome;
  }

  /** A rejection has no sequence of its own but says at which it was given. */
  private static void assertSame(Outcome expected, Outcome actual) {
    if (expected instanceof Outcome.Refused first
        && actual instanceof Outcome.Refused second
        && first.operation() < 0) {
      assertEquals(first.reason(), second.reason());
    } else {
      assertEquals(expected, actual);
    }
  }

  private void fault(TestCluster cluster) throws IOException {
    switch (random.nextInt(4)) {
      case 0 -> {
        count("leader ends");
        String leader = cluster.leader().status().id();
        cluster.stop(leader);
        cluster.leader();
        cluster.start(leader);
      }
      case 1 -> {
        count("follower starts again without its store");
        String follower = cluster.follower().config().id();
        cluster.get(follower).takeSnapshot().join();
        cluster.stop(follower);
        DurableFiles.deleteTree(cluster.config(follower).directory().resolve("store"));
        cluster.start(follower);
      }
      case 2 -> {
        count("follower misses a purged log");
        String follower = cluster.follower().config().id();
        long away = cluster.get(follower).status().appliedIndex();
        cluster.stop(follower);
        TestRequests requests = new TestRequests();
        Await.until(
            "the log to be purged beyond " + away,
            () -> {
              cluster.submit(requests.sessionless());
              return cluster.leader().firstLogIndex() > away + 1;
            });
        cluster.start(follower);
      }
      default -> {
        count("all restart");
        restartAll(cluster);
      }
    }
    cluster.awaitEqual();
  }

  private static void restartAll(TestCluster cluster) throws IOException {
    for (Peer peer : cluster.peers()) {
      cluster.stop(peer.id());
    }
    for (Peer peer : cluster.peers()) {
      cluster.start(peer.id());
    }
    cluster.leader();
  }

  private void count(String fault) {
    faults.merge(fault, 1, Integer::sum);
  }

  /** A client that repeats under a new id is found: it is told that the name is taken. */
  @Test
  void aRepetitionThatIsExecutedIsFound(@TempDir Path root) throws IOException {
    Map<Transaction, Long> seen = new HashMap<>();
    assertFound(
        root,
        cluster ->
            request -> {
              long times = seen.merge(request, 1L, Long::sum);
              return cluster.submit(
                  times == 1
                      ? request
                      : new Transaction(
                          request.session(),
                          request.requestId() + times,
                          request.lowestUnanswered(),
                          request.issuer(),
                          List.of(),
                          request.operations()));
            });
  }

  /** So is an answer that is another request's. */
  @Test
  void anAnswerOfAnotherRequestIsFound(@TempDir Path root) throws IOException {
    List<Outcome> before = new ArrayList<>();
    assertFound(
        root,
        cluster ->
            request -> {
              before.add(cluster.submit(request));
              return before.size() > 20 ? before.get(before.size() - 2) : before.getLast();
            });
  }

  private void assertFound(Path root, Function<TestCluster, Function<Transaction, Outcome>> planted)
      throws IOException {
    try (TestCluster cluster = new TestCluster(root, 1, config -> config)) {
      OnceModel model =
          new OnceModel(random, new TestRequests().openSession(cluster), planted.apply(cluster));
      AssertionError found =
          assertThrows(
              AssertionError.class,
              () -> {
                for (int step = 0; step < 200; step++) {
                  model.step();
                }
              });
      assertFalse(String.valueOf(found.getMessage()).contains("waited"), found::toString);
    }
  }
}
