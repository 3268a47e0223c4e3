package org.ultravisor.raft.replica;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.ultravisor.raft.replica.ReplicaStatus.PeerProgress;

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
  private final Supplier<Membership> membership;
  private final Supplier<List<PeerProgress>> progress;
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
      Supplier<Membership> membership,
      Supplier<List<PeerProgress>> progress,
      Executor executor) {
    this.server = server;
    this.group = group;
    this.config = config;
    this.log = log;
    this.snapshots = snapshots;
    this.live = live;
    this.membership = membership;
    this.progress = progress;
    this.executor = executor;
  }

  /** A request to Ratis that may also fail before there is a future. */
  @FunctionalInterface
  interface Request {
    CompletableFuture<RaftClientReply> send() throws IOException;
  }

  CompletableFuture<RaftClientReply> ask(Request request) {
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
    try {
      log.requireLeader();
    } catch (ReplicaException e) {
      return CompletableFuture.failedFuture(e);
    }
    Membership members = membership.get();
    if (peerId.equals(server.getId().toString())) {
      return CompletableFuture.completedFuture(null);
    }
    if (!members.isVoter(peerId)) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "no voting replica of this cluster is named '%s'; they are %s"
                  .formatted(peerId, members.voters().stream().map(Peer::id).toList())));
    }
    return transferLeadership(peerId, System.nanoTime() + LONGEST.toNanos());
  }

  /**
   * Gives the leadership to whichever other voter has the most of the log; does nothing where there
   * is none. It must be asked on the leader.
   */
  CompletableFuture<Void> handOver() {
    Membership members = membership.get();
    Duration silence = config.electionTimeouts().most();
    return progress.get().stream()
        .filter(peer -> members.isVoter(peer.id()) && peer.lastHeard().compareTo(silence) < 0)
        .max(Comparator.comparingLong(PeerProgress::matchIndex))
        .map(best -> transferLeadership(best.id()))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
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
              if (!(cause instanceof BusyException) || System.nanoTime() >= deadlineNanos) {
                return CompletableFuture.failedFuture(cause);
              }
              reconnect(peerId);
              return transferLeadership(peerId, deadlineNanos);
            },
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS, executor));
  }

  /**
   * A gRPC connection that has failed waits for longer and longer before it tries again, and says
   * until then that the replica is unavailable, though it may be back; Ratis only reports that the
   * time is up. So each further attempt has a connection of its own.
   */
  private void reconnect(String peerId) {
    if (server.getServerRpc() instanceof GrpcServices grpc) {
      grpc.handleException(RaftPeerId.valueOf(peerId), new IOException("asked again"), true);
    }
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
