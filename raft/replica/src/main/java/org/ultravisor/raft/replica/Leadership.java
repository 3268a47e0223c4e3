package org.ultravisor.raft.replica;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.jspecify.annotations.Nullable;
import org.ultravisor.raft.wire.LeaderWatch;

/**
 * Makes sure that this replica still leads: a majority must answer heartbeats that were sent after
 * the question. Ratis 3.3.0 asks only once for each commit index ({@code ReadIndexHeartbeats}'
 * {@code ackedCommitIndex}); on a ledger at rest, a leader that was cut off and replaced would go
 * on to answer reads from before until it noticed.
 *
 * <p>Questions that come while a round of heartbeats is out share the next round. Any thread.
 */
final class Leadership implements LeaderWatch {
  private final Quorum quorum;
  private final Duration longest;
  private final Map<RaftPeerId, LogAppender> appenders = new HashMap<>();
  private long rounds;
  private @Nullable LeaderState term;
  private @Nullable Round running;
  private @Nullable CompletableFuture<Void> next;

  /** Heartbeats that are out, by follower: the least call id sent after the question. */
  private record Round(
      long number,
      Map<RaftPeerId, Long> missing,
      Set<RaftPeerId> answered,
      CompletableFuture<Void> confirmed) {

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Round round && round.number == number;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }
  }

  /**
   * @param quorum whose answers are enough
   * @param longest after which a question without a majority's answer fails
   */
  Leadership(Quorum quorum, Duration longest) {
    this.quorum = quorum;
    this.longest = longest;
  }

  @Override
  public CompletableFuture<Void> confirm() {
    synchronized (this) {
      if (quorum.reached(Set.of())) {
        return CompletableFuture.completedFuture(null);
      }
      if (running != null) {
        next = next == null ? new CompletableFuture<>() : next;
        return next;
      }
    }
    return start(new CompletableFuture<>());
  }

  private CompletableFuture<Void> start(CompletableFuture<Void> confirmed) {
    Map<RaftPeerId, LogAppender> asked;
    Round round;
    synchronized (this) {
      asked = Map.copyOf(appenders);
      Map<RaftPeerId, Long> missing = new HashMap<>();
      asked.forEach((follower, appender) -> missing.put(follower, appender.getCallId()));
      round = new Round(++rounds, missing, new HashSet<>(), confirmed);
      running = round;
    }
    var _ =
        confirmed
            .orTimeout(longest.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((nothing, failure) -> ended(round));
    asked.values().forEach(LogAppender::triggerHeartbeat);
    return confirmed;
  }

  private void ended(Round round) {
    CompletableFuture<Void> waiting;
    synchronized (this) {
      if (!round.equals(running)) {
        return;
      }
      running = null;
      waiting = next;
      next = null;
    }
    if (waiting != null) {
      var _ = start(waiting);
    }
  }

  @Override
  public synchronized void talksTo(LeaderState leader, LogAppender appender) {
    if (!leader.equals(term)) {
      term = leader;
      appenders.clear();
    }
    appenders.put(appender.getFollowerId(), appender);
  }

  @Override
  public void answered(LogAppender appender, AppendEntriesReplyProto reply) {
    if (!reply.getServerReply().getSuccess()) {
      return;
    }
    CompletableFuture<Void> confirmed = null;
    synchronized (this) {
      Round round = running;
      if (round == null) {
        return;
      }
      Long least = round.missing().get(appender.getFollowerId());
      long call = reply.getServerReply().getCallId();
      if (least != null && appender.getCallIdComparator().compare(call, least) >= 0) {
        round.missing().remove(appender.getFollowerId());
        round.answered().add(appender.getFollowerId());
        if (quorum.reached(round.answered())) {
          confirmed = round.confirmed();
        }
      }
    }
    if (confirmed != null) {
      confirmed.complete(null);
    }
  }

  /** This replica does not lead any more: nothing can be confirmed. */
  void lost() {
    CompletableFuture<Void> failed;
    synchronized (this) {
      appenders.clear();
      term = null;
      failed = running == null ? null : running.confirmed();
    }
    if (failed != null) {
      failed.completeExceptionally(new IllegalStateException("leadership was lost"));
    }
  }
}
