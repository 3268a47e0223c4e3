package org.ultravisor.raft.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that dies takes its connections with it, long before an election timeout is over. So
 * when a follower's connection from the leader ends, it asks the others at once whether theirs has
 * ended, too; if a majority (itself included) has lost the leader and its own log is the longest of
 * theirs, it stands for election. Timeouts can stay long, for leaders that are only slow.
 *
 * <p>It is a pre-vote by another sign, and like it needs no trust: a wrong answer costs an election
 * that Raft holds anyway. Of followers with equal logs the one with the lower id stands, so that
 * they do not split the votes. Who is not the one, or hears no answer, waits for its timeout as
 * ever.
 *
 * <p>One thread, and the wire's.
 */
final class LeaderLoss implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLoss.class);

  /** The others notice within milliseconds of each other, or it was not the leader's end. */
  private static final int MOST_ATTEMPTS = 12;

  private static final long PAUSE_MILLIS = 15;
  private static final Duration LONGEST_ANSWER = Duration.ofMillis(250);

  private final RaftServer server;
  private final Wire wire;

  /** Peers whose connection has ended and who were not heard since. */
  private final Set<String> gone = ConcurrentHashMap.newKeySet();

  private final ScheduledExecutorService timer;

  LeaderLoss(RaftServer server, Wire wire) {
    this.server = server;
    this.wire = wire;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(server.getId() + "-leader-loss").factory());
  }

  /** What one lost leader was. */
  private record Lost(RaftGroupId group, RaftPeerId leader, long term) {
    boolean isStillLost(DivisionInfo info) {
      return info.isFollower()
          && info.getCurrentTerm() == term
          && leader.equals(info.getLeaderId());
    }
  }

  /** A peer sends appends. */
  void heard(String peer) {
    if (!gone.isEmpty()) {
      gone.remove(peer);
    }
  }

  /** The connection by which a peer sent appends has ended. */
  void lost(String peer) {
    gone.add(peer);
    for (RaftGroupId group : server.getGroupIds()) {
      try {
        DivisionInfo info = server.getDivision(group).getInfo();
        Lost lost = new Lost(group, RaftPeerId.valueOf(peer), info.getCurrentTerm());
        if (lost.isStillLost(info)) {
          LOG.info("{}: the connection of the leader {} has ended", server.getId(), peer);
          timer.execute(() -> attempt(lost, 1));
        }
      } catch (IOException e) {
        LOG.debug("{}: {} is closing", server.getId(), group, e);
      }
    }
  }

  private void attempt(Lost lost, int number) {
    try {
      Division division = server.getDivision(lost.group());
      TermIndex last = division.getRaftLog().getLastEntryTermIndex();
      if (!lost.isStillLost(division.getInfo())
          || !gone.contains(lost.leader().toString())
          || last == null
          || last.getTerm() != lost.term()) {
        return;
      }
      if (agreed(division, lost, last)) {
        LOG.info("{}: a majority has lost the leader {}; standing", server.getId(), lost.leader());
        server.startLeaderElection(
            question(lost.group(), lost.leader(), server.getId().toString(), last));
      } else if (number < MOST_ATTEMPTS) {
        var _ =
            timer.schedule(() -> attempt(lost, number + 1), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (IOException | RuntimeException e) {
      LOG.info("{}: not standing after all: {}", server.getId(), e.toString());
    }
  }

  /** Whether a majority has lost the leader and has no longer log than this one. */
  private boolean agreed(Division division, Lost lost, TermIndex last) {
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    int voters = 0;
    for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
      voters++;
      if (!peer.getId().equals(server.getId()) && !peer.getId().equals(lost.leader())) {
        String name = peer.getId().toString();
        answers.add(
            wire.ask(
                    name,
                    Wire.Lane.CONTROL,
                    Kind.LEADER_LOST,
                    question(lost.group(), server.getId(), name, last),
                    LONGEST_ANSWER)
                .handle((answer, failure) -> answer != null && granted(answer)));
      }
    }
    int agree = 1;
    for (CompletableFuture<Boolean> answer : answers) {
      if (answer.join()) {
        agree++;
      }
    }
    return agree > voters / 2;
  }

  private static boolean granted(ByteString answer) {
    try {
      return Messages.read(answer, StartLeaderElectionReplyProto::parseFrom)
          .getServerReply()
          .getSuccess();
    } catch (IOException e) {
      return false;
    }
  }

  /** Another follower has lost its leader: have we, and may it stand? */
  StartLeaderElectionReplyProto asked(StartLeaderElectionRequestProto question) throws IOException {
    RaftRpcRequestProto request = question.getServerRequest();
    TermIndex theirs = TermIndex.valueOf(question.getLeaderLastEntry());
    String asker = request.getRequestorId().toStringUtf8();
    Division division = server.getDivision(RaftGroupId.valueOf(request.getRaftGroupId().getId()));
    DivisionInfo info = division.getInfo();
    TermIndex ours = division.getRaftLog().getLastEntryTermIndex();
    int longer = ours == null ? 1 : theirs.compareTo(ours);
    boolean lost =
        info.isFollower()
            && info.getCurrentTerm() == theirs.getTerm()
            && info.getLeaderId() != null
            && gone.contains(info.getLeaderId().toString());
    boolean granted =
        lost && (longer > 0 || (longer == 0 && asker.compareTo(server.getId().toString()) < 0));
    return StartLeaderElectionReplyProto.newBuilder()
        .setServerReply(
            RaftRpcReplyProto.newBuilder()
                .setRequestorId(request.getRequestorId())
                .setReplyId(request.getReplyId())
                .setRaftGroupId(request.getRaftGroupId())
                .setSuccess(granted))
        .build();
  }

  /** In the words of a leader that asks its successor to stand: who asks, whom, the last entry. */
  private static StartLeaderElectionRequestProto question(
      RaftGroupId group, RaftPeerId from, String to, TermIndex last) {
    return StartLeaderElectionRequestProto.newBuilder()
        .setServerRequest(
            RaftRpcRequestProto.newBuilder()
                .setRequestorId(from.toByteString())
                .setReplyId(RaftPeerId.valueOf(to).toByteString())
                .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.toByteString())))
        .setLeaderLastEntry(
            TermIndexProto.newBuilder().setTerm(last.getTerm()).setIndex(last.getIndex()))
        .build();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
