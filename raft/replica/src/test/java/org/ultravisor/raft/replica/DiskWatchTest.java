package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader without a disk lets another lead, or ends. */
final class DiskWatchTest {
  private static final GuardPolicy SOON =
      GuardPolicy.DEFAULT.withStalledDisk(Duration.ofMillis(300));

  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger askedToStepDown = new AtomicInteger();
  private final AtomicLong flushed = new AtomicLong(7);
  private volatile boolean leads = true;
  private volatile boolean readOnly;
  private volatile long freeBytes = Long.MAX_VALUE;
  private volatile CountDownLatch hang = new CountDownLatch(0);

  private final ReplicaDisk disk =
      new ReplicaDisk() {
        @Override
        public void probe() throws IOException {
          if (readOnly) {
            throw new IOException("Read-only file system");
          }
          try {
            hang.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        }

        @Override
        public long freeBytes() {
          return freeBytes;
        }

        @Override
        public long freeFiles() {
          return Long.MAX_VALUE;
        }
      };

  private DiskWatch watch() {
    ReplicaListener listener =
        new ReplicaListener() {
          @Override
          public void failed(Throwable cause) {
            failures.add(cause);
          }
        };
    return new DiskWatch(
        "r1",
        SOON,
        disk,
        () -> 7,
        flushed::get,
        () -> leads,
        () -> {
          askedToStepDown.incrementAndGet();
          return CompletableFuture.completedFuture(null);
        },
        new FailStop("r1", listener, () -> false));
  }

  @Test
  void aLeaderWhoseDiskHangsIsAskedOnceAndEndsIfItLeadsOn() {
    hang = new CountDownLatch(1);
    try (DiskWatch watch = watch()) {
      Await.until("the failure", () -> !failures.isEmpty());
      assertEquals(1, askedToStepDown.get());
      assertTrue(String.valueOf(failures.getFirst().getMessage()).contains("has not answered for"));
      assertTrue(watch.problem().orElseThrow().contains("the disk of replica r1"));
    }
  }

  @Test
  void aLogThatIsNotWrittenCountsAsMuch() {
    flushed.set(6);
    try (DiskWatch watch = watch()) {
      Await.until("the problem", () -> watch.problem().isPresent());
      Await.until("the question", () -> askedToStepDown.get() == 1);
      leads = false;
      flushed.set(7);
      Await.until("the end of the problem", () -> watch.problem().isEmpty());
      assertEquals(List.of(), failures);
    }
  }

  @Test
  void aFollowerOnlySaysSo() {
    leads = false;
    hang = new CountDownLatch(1);
    try (DiskWatch watch = watch()) {
      Await.until("the problem", () -> watch.problem().isPresent());
      hang.countDown();
      Await.until("the end of the problem", () -> watch.problem().isEmpty());
      assertEquals(0, askedToStepDown.get());
    }
  }

  @Test
  void aDiskThatCannotBeWrittenEndsAFollowerToo() {
    leads = false;
    readOnly = true;
    try (DiskWatch watch = watch()) {
      Await.until("the failure", () -> !failures.isEmpty());
      assertEquals("Read-only file system", failures.getFirst().getMessage());
      assertTrue(watch.lack().isPresent());
    }
  }

  @Test
  void aProbeThatFindsNoRoomIsALackOfRoom() {
    freeBytes = 0;
    readOnly = true;
    try (DiskWatch watch = watch()) {
      Await.until("the lack", () -> watch.lack().isPresent());
      readOnly = false; // before there is room: a probe may come in between
      freeBytes = Long.MAX_VALUE;
      Await.until("room", () -> watch.lack().isEmpty());
      assertEquals(List.of(), failures);
    }
  }

  @Test
  void lackOfRoomIsTold() {
    freeBytes = 5 << 20;
    try (DiskWatch watch = watch()) {
      Await.until("the lack", () -> watch.lack().isPresent());
      assertEquals(
          Optional.of(
              "replica r1 has 5 MiB of disk space left and needs 128: make room or compact"
                  + " history"),
          watch.problem());
      freeBytes = Long.MAX_VALUE;
      Await.until("room", () -> watch.lack().isEmpty());
    }
  }

  @Test
  void withoutRoomNothingNewIsTakenButFactsAre(@TempDir Path root) throws IOException {
    TestRequests requests = new TestRequests();
    try (TestCluster cluster =
        new TestCluster(
            root, 1, config -> config.with(GuardPolicy.DEFAULT.withLeastFree(Long.MAX_VALUE, 0)))) {
      long session = requests.openSession(cluster);
      Replica replica = cluster.leader();
      Await.until("the lack", () -> replica.status().problem().isPresent());
      CompletionException refused =
          assertThrows(
              CompletionException.class,
              () -> replica.submitOwn(requests.createPartition(session, 1)).join());
      assertTrue(
          String.valueOf(refused.getCause()).contains("MiB of disk space left"),
          String.valueOf(refused.getCause()));
      cluster.submit(requests.sessionless());
      assertTrue(Files.exists(root.resolve("r1").resolve("probe")));
    }
  }

  /** Through the transfer of leadership that the replica itself uses. */
  @Test
  void anotherReplicaLeads(@TempDir Path root) throws IOException {
    TestRequests requests = new TestRequests();
    try (TestCluster cluster = new TestCluster(root, 3, config -> config)) {
      cluster.submit(requests.sessionless());
      Replica hung = cluster.leader();
      hang = new CountDownLatch(1);
      try (DiskWatch watch =
          new DiskWatch(
              "hung",
              SOON.withStalledDisk(Duration.ofSeconds(2)),
              disk,
              () -> 7,
              flushed::get,
              () -> hung.status().leaderReady(),
              () -> hung.transferLeadership(cluster.follower().config().id()),
              new FailStop("hung", cluster.heard("hung"), () -> false))) {
        Await.until(
            "another leader",
            () ->
                cluster.replicas().stream()
                    .anyMatch(replica -> replica != hung && replica.status().leaderReady()));
        assertTrue(watch.problem().isPresent());
      }
      cluster.submit(requests.sessionless());
    }
  }
}
