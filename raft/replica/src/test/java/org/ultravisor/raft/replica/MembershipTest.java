package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;

/** Members come and go while transactions go on: 3, 5, 3, with a listener, with one dead. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MembershipTest {
  private static final SnapshotPolicy SMALL =
      new SnapshotPolicy(1_000_000, 16 << 10, Duration.ofMinutes(10), 2, 0, 16 << 10);

  private static final TestRequests requests = new TestRequests();
  private static TestCluster cluster;

  @BeforeAll
  static void start(@TempDir Path root) throws IOException {
    cluster = new TestCluster(root, 3, config -> config.with(SMALL));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** Asks whoever leads, as the command line does, until it is done. */
  private static void change(MemberChange change) {
    ChangeProgress[] last = new ChangeProgress[1];
    Await.until(
        () -> change + ": " + last[0],
        () -> {
          last[0] = ask(change);
          assertNotEquals(ChangeProgress.State.REFUSED, last[0].state(), last[0]::message);
          assertNotEquals(ChangeProgress.State.FAILED, last[0].state(), last[0]::message);
          return last[0].state() == ChangeProgress.State.DONE;
        });
  }

  private static ChangeProgress ask(MemberChange change) {
    try {
      return cluster.leader().change(change);
    } catch (NotLeaderException | BusyException e) {
      return ChangeProgress.underWay(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void refused(String why, MemberChange change) {
    ChangeProgress[] last = new ChangeProgress[1];
    Await.until(
        () -> "a refusal of " + change + ": " + last[0],
        () -> {
          last[0] = ask(change);
          return last[0].state() == ChangeProgress.State.REFUSED;
        });
    assertTrue(last[0].message().contains(why), last[0].message());
  }

  private static List<String> voters() {
    return cluster.leader().membership().voters().stream().map(Peer::id).toList();
  }

  private static void removed(String id) throws IOException {
    Await.until(id + " hears that it was removed", () -> !cluster.heard(id).removals.isEmpty());
    assertEquals(List.of(), cluster.heard(id).failures);
    cluster.stop(id);
  }

  private static void purgeTheLog() {
    Await.until(
        () -> "the log to be purged: " + cluster.leader().status(),
        () -> {
          List<CompletableFuture<Outcome>> answers = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            answers.add(cluster.leader().submit(Principal.LOCAL, requests.sessionless()));
          }
          try {
            answers.forEach(CompletableFuture::join);
          } catch (CompletionException e) {
            return false; // the leader changed
          }
          return cluster.leader().firstLogIndex() > 1;
        });
  }

  @Test
  @Order(1)
  void threeBecomeFiveAndThreeAgainUnderLoad() throws Exception {
    purgeTheLog();
    AtomicBoolean stopping = new AtomicBoolean();
    AtomicInteger committed = new AtomicInteger();
    CompletableFuture<Void> load =
        CompletableFuture.runAsync(
            () -> {
              while (!stopping.get()) {
                Outcome outcome = cluster.submit(requests.sessionless());
                assertInstanceOf(Outcome.Committed.class, outcome);
                committed.incrementAndGet();
              }
            });
    try {
      change(new MemberChange.Add(cluster.startJoining("r4"), false));
      Await.until("a snapshot catches it up", () -> !cluster.heard("r4").installed.isEmpty());
      change(new MemberChange.Add(cluster.startJoining("r5"), false));
      assertEquals(List.of("r1", "r2", "r3", "r4", "r5"), voters());
      change(new MemberChange.Remove("r1", false)); // also if it leads
      change(new MemberChange.Remove("r2", false));
      assertEquals(List.of("r3", "r4", "r5"), voters());
      int before = committed.get();
      Await.until("the load goes on", () -> committed.get() > before || load.isDone());
    } finally {
      stopping.set(true);
    }
    load.join();
    removed("r1");
    removed("r2");
    cluster.awaitEqual();
  }

  @Test
  @Order(2)
  void whoJoinedStartsAgainWithTheMembersThatItKnows() throws IOException {
    cluster.stop("r4");
    cluster.start("r4");
    cluster.awaitEqual();
    Membership members = cluster.get("r4").membership();
    assertEquals(List.of("r3", "r4", "r5"), members.voters().stream().map(Peer::id).toList());
    assertEquals("127.0.0.1:15", members.find("r5").orElseThrow().commandAddress());
  }

  @Test
  @Order(3)
  void aListenerFollowsReadsAndDoesNotVote() throws IOException {
    change(new MemberChange.Add(cluster.startListener("r6"), true));
    long sequence = cluster.submit(requests.sessionless()).sequence();
    cluster.awaitEqual();
    Replica listener = cluster.get("r6");
    assertEquals(ReplicaStatus.Role.LISTENER, listener.status().role());
    assertEquals(sequence, listener.store().leaf(sequence).sequence());
    assertTrue(listener.read(LedgerReader::sequence).join() >= sequence);
    assertEquals(List.of("r3", "r4", "r5"), voters());
    cluster.stop("r6");
    cluster.start("r6");
    cluster.awaitEqual();
    assertEquals(ReplicaStatus.Role.LISTENER, cluster.get("r6").status().role());
    change(new MemberChange.Remove("r6", false));
    removed("r6");
  }

  @Test
  @Order(4)
  void whatWouldHarmIsRefused() throws IOException {
    Peer r4 = cluster.leader().membership().find("r4").orElseThrow();
    refused(
        "r4 has the raft address " + r4.address(),
        new MemberChange.Add(new Peer("r9", r4.host(), r4.raftPort()), false));
    refused("say --force", new MemberChange.Remove("r3", false));
    assertEquals(ChangeProgress.State.DONE, ask(new MemberChange.Add(r4, false)).state());
    assertEquals(ChangeProgress.State.DONE, ask(new MemberChange.Remove("r1", false)).state());
  }

  @Test
  @Order(5)
  void aDeadOneIsReplaced() throws IOException {
    String dead = cluster.follower().config().id();
    cluster.stop(dead);
    Peer fresh = cluster.startJoining("r7");
    change(new MemberChange.Replace(dead, fresh));
    assertFalse(voters().contains(dead));
    assertTrue(voters().contains("r7"));
    cluster.submit(requests.sessionless());
    cluster.awaitEqual();
  }
}
