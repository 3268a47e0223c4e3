package org.ultravisor.raft.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.Timestamp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the log to one follower. A few appends are on their way at a time, each with all that
 * waited when it left; so the busier the leader, the larger the appends, and an idle one waits for
 * nothing. A follower hears of a commit by the next append or, when none comes, a moment later.
 *
 * <p>Its own thread sends; threads of the wire take the answers.
 */
final class WireAppender extends LogAppenderBase {
  private static final Logger LOG = LoggerFactory.getLogger(WireAppender.class);

  /** More would only make the appends smaller: a follower writes one after the other. */
  private static final int MOST_ON_THEIR_WAY = 2;

  /** How long a commit waits for an append to go with. */
  private static final long COMMIT_NOTICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Wire wire;
  private final LeaderWatch watch;
  private final String follower;
  private final Duration longest;
  private final AtomicLong calls = new AtomicLong(1);

  /** By call; guarded by itself, as is the follower's next index. */
  private final Map<Long, Sent> sent = new HashMap<>();

  private int dataOnTheirWay; // guarded by sent
  private long pauseNanos; // guarded by sent; 0 while the follower answers
  private long pausedUntil; // guarded by sent

  private volatile @Nullable Thread thread;
  private long toldCommit = -1; // the thread's own
  private long noticeAt; // the thread's own; 0 while no notice is due

  private record Sent(long call, long first, boolean heartbeat, Timestamp time) {}

  WireAppender(
      RaftServer.Division server,
      LeaderState leader,
      FollowerInfo follower,
      Wire wire,
      LeaderWatch watch) {
    super(server, leader, follower);
    this.wire = wire;
    this.watch = watch;
    this.follower = follower.getId().toString();
    this.longest =
        Duration.ofMillis(
            RaftServerConfigKeys.Rpc.requestTimeout(server.getRaftServer().getProperties())
                .toLong(TimeUnit.MILLISECONDS));
  }

  @Override
  public long getCallId() {
    return calls.get();
  }

  @Override
  public Comparator<Long> getCallIdComparator() {
    return Comparator.naturalOrder();
  }

  @Override
  public boolean hasPendingDataRequests() {
    synchronized (sent) {
      return dataOnTheirWay > 0;
    }
  }

  /** Ratis' own signal is lost when it comes just before the wait; a permit to run is not. */
  @Override
  public void notifyLogAppender() {
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    while (isRunning()) {
      long wait = pauseLeft();
      if (wait <= 0) {
        wait = workOrPause();
      }
      if (wait > 0 && isRunning()) {
        LockSupport.parkNanos(this, wait);
      }
      getLeaderState().checkHealth(getFollower());
    }
  }

  private long pauseLeft() {
    synchronized (sent) {
      return pauseNanos == 0 ? 0 : pausedUntil - System.nanoTime();
    }
  }

  /**
   * The log may be purged just before it is read. Ratis would start another appender then, but not
   * for a replica that is only being taken in.
   */
  private long workOrPause() {
    try {
      return work();
    } catch (IOException e) {
      LOG.warn("{}: the log could not be read; trying again", this, e);
      pause();
      return 0;
    }
  }

  /** Sends what is due; returns for how long nothing is, in nanoseconds. */
  private long work() throws IOException {
    long heartbeatWait = getHeartbeatWaitTimeMs();
    if (heartbeatWait <= 0) {
      send(true);
      return 0;
    }
    boolean room;
    boolean idle;
    synchronized (sent) {
      room = dataOnTheirWay < MOST_ON_THEIR_WAY;
      idle = sent.isEmpty();
    }
    SnapshotInfo snapshot = shouldInstallSnapshot();
    if (snapshot != null) { // what it should send first may be purged: no append can go
      if (idle) { // one that is installed while appends are on their way would cross them
        install(snapshot);
        return 0;
      }
      return TimeUnit.MILLISECONDS.toNanos(heartbeatWait);
    }
    if (room && hasAppendEntries()) {
      return send(false) ? 0 : TimeUnit.MILLISECONDS.toNanos(1);
    }
    long wait = TimeUnit.MILLISECONDS.toNanos(heartbeatWait);
    return idle ? Math.min(wait, notice()) : wait;
  }

  /** Tells the follower of a commit that no append has told it; returns when the next is due. */
  private long notice() throws IOException {
    if (getRaftLog().getLastCommittedIndex() <= toldCommit) {
      noticeAt = 0;
      return Long.MAX_VALUE;
    }
    long now = System.nanoTime();
    if (noticeAt == 0) {
      noticeAt = now + COMMIT_NOTICE_NANOS;
    }
    long left = noticeAt - now;
    if (left > 0) {
      return left;
    }
    send(true);
    return 0;
  }

  /** False if there is nothing that could be sent. */
  private boolean send(boolean heartbeat) throws IOException {
    resetHeartbeatTrigger(); // before the call number: who asks later sees a later call
    AppendEntriesRequestProto request;
    Sent one;
    synchronized (sent) {
      request = newAppendEntriesRequest(calls.getAndIncrement(), heartbeat);
      if (request == null) {
        return false;
      }
      int count = request.getEntriesCount();
      one =
          new Sent(
              request.getServerRequest().getCallId(),
              count == 0 ? RaftLog.INVALID_LOG_INDEX : request.getEntries(0).getIndex(),
              count == 0,
              Timestamp.currentTime());
      sent.put(one.call(), one);
      if (count > 0) {
        dataOnTheirWay++;
        getFollower().increaseNextIndex(request.getEntries(count - 1).getIndex() + 1);
      }
    }
    toldCommit = request.getLeaderCommit();
    noticeAt = 0;
    getFollower().updateLastRpcSendTime(one.heartbeat());
    var _ =
        wire.ask(follower, Wire.Lane.APPENDS, Kind.APPEND_ENTRIES, request, longest)
            .whenComplete((answer, failure) -> ended(one, answer, failure));
    return true;
  }

  private void ended(Sent one, @Nullable ByteString answer, @Nullable Throwable failure) {
    if (answer == null) {
      failed(one, String.valueOf(failure));
      return;
    }
    try {
      answered(one, Messages.read(answer, AppendEntriesReplyProto::parseFrom));
    } catch (IOException e) {
      failed(one, e.toString());
    }
  }

  /** What is on its way may be lost: all of it is sent again, from where the follower agreed. */
  private void failed(Sent one, String why) {
    synchronized (sent) {
      if (!one.equals(sent.get(one.call()))) {
        return; // one before it has failed, and this one with it
      }
      forget();
      pauseNanos = Math.clamp(2 * pauseNanos, FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
      pausedUntil = System.nanoTime() + pauseNanos;
      getFollower().computeNextIndex(getNextIndexForError(getFollower().getMatchIndex() + 1));
    }
    LOG.debug("{}: an append failed: {}", this, why);
    notifyLogAppender();
  }

  private void forget() {
    sent.clear();
    dataOnTheirWay = 0;
  }

  private void answered(Sent one, AppendEntriesReplyProto reply) {
    FollowerInfo info = getFollower();
    info.updateLastRpcResponseTime();
    info.updateLastRespondedAppendEntriesSendTime(one.time());
    synchronized (sent) {
      pauseNanos = 0;
      if (sent.remove(one.call(), one) && !one.heartbeat()) {
        dataOnTheirWay--;
      }
    }
    switch (reply.getResult()) {
      case SUCCESS -> {
        getLeaderState().onFollowerCommitIndex(info, reply.getFollowerCommit());
        if (info.updateMatchIndex(reply.getMatchIndex())) {
          info.updateNextIndex(reply.getMatchIndex() + 1);
          getLeaderState().onFollowerSuccessAppendEntries(info);
        }
      }
      case NOT_LEADER -> onFollowerTerm(reply.getTerm());
      case INCONSISTENCY -> {
        synchronized (sent) {
          forget();
          info.setNextIndex(getNextIndexForInconsistency(one.first(), reply.getNextIndex()));
        }
      }
      case UNRECOGNIZED -> LOG.error("{}: an unknown result in {}", this, reply);
    }
    getLeaderState().onAppendEntriesReply(this, reply);
    watch.answered(this, reply);
    notifyLogAppender();
  }

  /** Sends a snapshot, part by part; what fails is begun again after a pause. */
  private void install(SnapshotInfo snapshot) throws IOException {
    FollowerInfo info = getFollower();
    LOG.info("{}: sending the snapshot {}", this, snapshot.getTermIndex());
    try {
      for (InstallSnapshotRequestProto part :
          newInstallSnapshotRequests(UUID.randomUUID().toString(), snapshot)) {
        if (!isRunning()) {
          return;
        }
        info.updateLastRpcSendTime(false);
        InstallSnapshotReplyProto reply = getServerRpc().installSnapshot(part);
        info.updateLastRpcResponseTime();
        if (!accepted(reply, snapshot)) {
          return;
        }
      }
      info.setAttemptedToInstallSnapshot();
      info.setSnapshotIndex(snapshot.getTermIndex().getIndex());
      LOG.info("{}: the snapshot {} is installed", this, snapshot.getTermIndex());
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}: the snapshot {} was not sent: {}", this, snapshot.getTermIndex(), e.toString());
      pause();
    }
  }

  private void pause() {
    synchronized (sent) {
      pauseNanos = LONGEST_PAUSE_NANOS;
      pausedUntil = System.nanoTime() + pauseNanos;
    }
  }

  /** Whether the next part is to be sent. */
  private boolean accepted(InstallSnapshotReplyProto reply, SnapshotInfo snapshot) {
    switch (reply.getResult()) {
      case SUCCESS, IN_PROGRESS -> {
        return true;
      }
      case NOT_LEADER -> onFollowerTerm(reply.getTerm());
      case ALREADY_INSTALLED -> {
        getFollower().setAttemptedToInstallSnapshot();
        getFollower().setSnapshotIndex(snapshot.getTermIndex().getIndex());
      }
      default -> {
        LOG.warn("{}: the follower refused a snapshot: {}", this, reply.getResult());
        pause();
      }
    }
    return false;
  }
}
