package org.ultravisor.raft.replica;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;

/** What an operator may ask of this process' own Ratis server. Any thread. */
final class Administration {
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 100;

  private final RaftServer server;
  private final RaftGroupId group;
  private final ReplicaConfig config;
  private final RatisLog log;
  private final SnapshotStorage snapshots;
  private final LiveLedger live;
  private final Executor executor;
  private CompletableFuture<Long> snapshot = CompletableFuture.completedFuture(-1L);

  /**
   * @param executor where futures are completed
   */
  Administration(
      RaftServer server,
      RaftGroupId group,
      ReplicaConfig config,
      RatisLog log,
      SnapshotStorage snapshots,
      LiveLedger live,
      Executor executor) {
    this.server = server;
    this.group = group;
    this.config = config;
    this.log = log;
    this.snapshots = snapshots;
    this.live = live;
    this.executor = executor;
  }

  /** A request to Ratis that may also fail before there is a future. */
  @FunctionalInterface
  private interface Request {
    CompletableFuture<RaftClientReply> send() throws IOException;
  }

  private CompletableFuture<RaftClientReply> ask(Request request) {
    try {
      return request
          .send()
          .thenApplyAsync(
              reply -> {
                if (!reply.isSuccess()) {
                  throw log.definite(RatisLog.reason(reply));
                }
                return reply;
              },
              executor);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  CompletableFuture<Void> transferLeadership(String peerId) {
    if (config.peers().stream().noneMatch(peer -> peer.id().equals(peerId))) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException("no replica of this cluster is named '" + peerId + "'"));
    }
    return transferLeadership(peerId, System.nanoTime() + LONGEST.toNanos());
  }

  /** Ratis asks the successor once; it may just be on its way back, so it is asked again. */
  private CompletableFuture<Void> transferLeadership(String peerId, long deadlineNanos) {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            ClientId.randomId(),
            server.getId(),
            group,
            0,
            RaftPeerId.valueOf(peerId),
            config.electionTimeouts().most().toMillis());
    return ask(() -> server.transferLeadershipAsync(request))
        .thenAccept(reply -> {})
        .exceptionallyComposeAsync(
            failure -> {
              Throwable cause = RatisLog.unwrap(failure);
              return cause instanceof BusyException && System.nanoTime() < deadlineNanos
                  ? transferLeadership(peerId, deadlineNanos)
                  : CompletableFuture.failedFuture(cause);
            },
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS, executor));
  }

  /** The store is copied in the background; then Ratis takes the copy over and cuts the log. */
  synchronized CompletableFuture<Long> takeSnapshot() {
    if (snapshot.isDone()) {
      SnapshotManagementRequest request =
          SnapshotManagementRequest.newCreate(
              ClientId.randomId(), server.getId(), group, 0, LONGEST.toMillis(), 1);
      snapshot =
          snapshots
              .prepare(live::checkpoint)
              .thenComposeAsync(
                  nothing -> ask(() -> server.snapshotManagementAsync(request)), executor)
              .thenApply(RaftClientReply::getLogIndex);
    }
    return snapshot;
  }
}
