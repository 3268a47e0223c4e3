package org.ultravisor.raft.replica;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.raft.replica.ReplicaStatus.PeerProgress;

/**
 * Changes of members, one at a time, made by the leader. Who asks for a change asks again for the
 * same one until it is done: the answer says how far it is, a new leader takes it up where the old
 * one left it, and nothing is ever done twice. Any thread.
 */
final class MemberChanges {
  private static final Logger LOG = LoggerFactory.getLogger(MemberChanges.class);
  private static final int CONNECT_MILLIS = 3_000;
  private static final Duration REACH = Duration.ofSeconds(10);
  private static final Duration REACH_PAUSE = Duration.ofMillis(200);

  private final RaftServer server;
  private final RaftGroupId group;
  private final RatisLog log;
  private final Administration administration;
  private final Replica replica;
  private final Duration silence;
  private final Executor executor;
  private @Nullable Running running;

  private record Running(
      MemberChange change, Optional<Peer> joining, CompletableFuture<Void> reply) {}

  /**
   * @param silence after which a replica counts as dead
   * @param executor where connections are tried
   */
  MemberChanges(
      RaftServer server,
      RaftGroupId group,
      RatisLog log,
      Administration administration,
      Replica replica,
      Duration silence,
      Executor executor) {
    this.server = server;
    this.group = group;
    this.log = log;
    this.administration = administration;
    this.replica = replica;
    this.silence = silence;
    this.executor = executor;
  }

  /** Begins a change, or says how far it is; throws a {@link ReplicaException} unless it leads. */
  synchronized ChangeProgress change(MemberChange wanted) throws IOException {
    log.requireLeader();
    Running last = running;
    if (last != null && !last.reply().isDone()) {
      return last.change().equals(wanted)
          ? ChangeProgress.underWay(progress(last))
          : ChangeProgress.refused("another change is under way: " + describe(last.change()));
    }
    running = null;
    if (last != null && last.change().equals(wanted) && last.reply().isCompletedExceptionally()) {
      return ChangeProgress.failed(why(last));
    }
    RaftConfiguration raft = server.getDivision(group).getRaftConf();
    long committed = server.getDivision(group).getRaftLog().getLastCommittedIndex();
    if (!raft.getPreviousPeers().isEmpty() || committed < raft.getLogEntryIndex()) {
      return ChangeProgress.underWay("an earlier change is being completed");
    }
    Membership now = Membership.of(group.getUuid(), raft);
    MemberPlan plan = MemberPlan.of(wanted, now, alive());
    if (plan.answer() != null) {
      return plan.answer();
    }
    String self = server.getId().toString();
    running =
        plan.voters().stream().noneMatch(peer -> peer.id().equals(self))
            ? new Running(wanted, Optional.empty(), administration.handOver())
            : new Running(wanted, plan.joining(), start(plan, raft));
    LOG.info("Change of members: {} of {}", describe(wanted), now);
    return ChangeProgress.underWay(progress(running));
  }

  private CompletableFuture<Void> start(MemberPlan plan, RaftConfiguration before) {
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            ClientId.randomId(),
            server.getId(),
            group,
            0,
            SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(List.copyOf(before.getCurrentPeers()))
                .setListenersInCurrentConf(
                    List.copyOf(before.getCurrentPeers(RaftPeerRole.LISTENER)))
                .setServersInNewConf(plan.voters().stream().map(Peer::toRaft).toList())
                .setListenersInNewConf(plan.listeners().stream().map(Peer::toRaftListener).toList())
                .build());
    return CompletableFuture.runAsync(() -> plan.joining().ifPresent(this::reach), executor)
        .thenCompose(nothing -> administration.ask(() -> server.setConfigurationAsync(request)))
        .thenAccept(reply -> verify(plan));
  }

  /** Says soon what Ratis would find out by waiting long; who was just started may take a while. */
  private void reach(Peer peer) {
    long deadline = System.nanoTime() + REACH.toNanos();
    IOException failure = connect(peer);
    while (failure != null) {
      if (System.nanoTime() - deadline > 0) {
        throw new CompletionException(
            new IOException(
                "%s cannot be reached at %s (%s): start it first, with 'join: {cluster: %s}' in its"
                        .formatted(peer.id(), peer.address(), failure.getMessage(), group.getUuid())
                    + " configuration",
                failure));
      }
      LockSupport.parkNanos(REACH_PAUSE.toNanos());
      failure = connect(peer);
    }
  }

  private static @Nullable IOException connect(Peer peer) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(peer.host(), peer.raftPort()), CONNECT_MILLIS);
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  private void verify(MemberPlan plan) {
    Membership now = replica.membership();
    if (!ids(now.voters()).equals(ids(plan.voters()))
        || !ids(now.listeners()).equals(ids(plan.listeners()))) {
      throw new IllegalStateException("the change was acknowledged, but the members are " + now);
    }
  }

  private static Set<String> ids(List<Peer> peers) {
    return peers.stream().map(Peer::id).collect(Collectors.toSet());
  }

  private Set<String> alive() {
    Set<String> alive =
        replica.status().peers().stream()
            .filter(peer -> peer.lastHeard().compareTo(silence) < 0)
            .map(PeerProgress::id)
            .collect(Collectors.toSet());
    alive.add(server.getId().toString());
    return alive;
  }

  private String progress(Running change) {
    if (change.joining().isEmpty()) {
      return describe(change.change());
    }
    ReplicaStatus status = replica.status();
    String id = change.joining().get().id();
    return status.peers().stream()
        .filter(peer -> peer.id().equals(id))
        .findFirst()
        .map(
            peer ->
                peer.matchIndex() < 0
                    ? "%s gets a snapshot, then the log up to entry %d"
                        .formatted(id, status.commitIndex())
                    : "%s has entry %d of %d"
                        .formatted(id, peer.matchIndex(), status.commitIndex()))
        .orElse(id + " is being connected");
  }

  private String why(Running failed) {
    Throwable cause = RatisLog.unwrap(failed.reply().exceptionNow());
    String message = String.valueOf(cause.getMessage());
    return message.contains(ReconfigurationTimeoutException.class.getSimpleName())
            && failed.joining().isPresent()
        ? "%s does not follow: does it run, with 'join: {cluster: %s}' in its configuration? Its log says more"
            .formatted(failed.joining().get().id(), group.getUuid())
        : message;
  }

  private static String describe(MemberChange change) {
    return switch (change) {
      case MemberChange.Add add ->
          "adding %s%s".formatted(add.peer().id(), add.listener() ? " as a listener" : "");
      case MemberChange.Remove remove -> "removing " + remove.id();
      case MemberChange.Replace replace ->
          "replacing %s by %s".formatted(replace.old(), replace.peer().id());
    };
  }
}
