package org.ultravisor.raft.replica;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.Outcome;

/**
 * Requests to this process' own Ratis server, without any client or connection, and the honest
 * reading of its answers. Ratis says "not leader" both before an entry was appended and after the
 * leader that appended it stepped down; only the first is definite. So the state machine notes each
 * entry as it is about to be appended ({@link Proposals#appending}), and a failure after that is
 * indefinite.
 */
final class RatisLog implements EntryLog {
  private final String replica;
  private final RaftServer server;
  private final RaftGroupId group;
  private final DivisionInfo division;
  private final RaftClientAsynchronousProtocol direct;
  private final Leadership leadership;
  private final FailStop failStop;
  private final ClientId client;
  private final AtomicLong calls = new AtomicLong();
  private final Set<Long> appended;
  private final ConcurrentLinkedQueue<Long> replied = new ConcurrentLinkedQueue<>();

  RatisLog(
      RaftServer server,
      RaftGroupId group,
      Proposals proposals,
      Leadership leadership,
      FailStop failStop)
      throws IOException {
    this.replica = server.getId().toString();
    this.server = server;
    this.group = group;
    this.division = server.getDivision(group).getInfo();
    // The server would hand each request to a pool and block the caller until that has it.
    this.direct =
        server.getDivision(group) instanceof RaftClientAsynchronousProtocol own ? own : server;
    this.leadership = leadership;
    this.failStop = failStop;
    this.client = proposals.client();
    this.appended = proposals.appended();
  }

  /** Which entries are this process' own, shared with the state machine. */
  record Proposals(ClientId client, Set<Long> appended) {
    Proposals() {
      this(ClientId.randomId(), ConcurrentHashMap.newKeySet());
    }

    /** The entry of this call is in the log from now on, or may be. */
    void appending(RaftClientRequest request) {
      if (request.getClientId().equals(client)) {
        appended.add(request.getCallId());
      }
    }

    /** Whether this process appended the entry, so that someone here may wait for its outcomes. */
    boolean own(StateMachineLogEntryProto entry) {
      return entry.getClientId().equals(client.toByteString());
    }
  }

  @Override
  public void requireLeader() {
    if (failStop.stopped()) {
      throw new ReplicaStoppedException(replica);
    }
    if (!division.isLeader()) {
      throw new NotLeaderException(replica, leader());
    }
    if (!division.isLeaderReady()) {
      throw new BusyException("replica " + replica + " was just elected and is not ready to lead");
    }
  }

  /** The leader's id, if one is known here. */
  Optional<String> leader() {
    return Optional.ofNullable(division.getLeaderId()).map(RaftPeerId::toString);
  }

  @Override
  public CompletableFuture<List<Outcome>> append(ProposedEntry entry) {
    long call = calls.incrementAndGet();
    return send(request(call, entry, RaftClientRequest.writeRequestType()))
        .handle(
            (reply, failure) -> {
              replied.add(call);
              boolean mayBeInLog = appended.remove(call);
              if (reply != null && reply.isSuccess()) {
                return ((Outcomes) reply.getMessage()).list();
              }
              Throwable cause = failure != null ? unwrap(failure) : reason(reply);
              throw mayBeInLog ? unknown(cause) : definite(cause);
            });
  }

  /** Completes when this replica has applied everything that was committed before the call. */
  CompletableFuture<Void> readIndex() {
    if (failStop.stopped()) {
      return CompletableFuture.failedFuture(new ReplicaStoppedException(replica));
    }
    long call = calls.incrementAndGet();
    Message nothing = Message.valueOf(ByteString.EMPTY);
    RaftClientRequest request = request(call, nothing, RaftClientRequest.readRequestType());
    // A follower's question goes to the leader, which confirms itself (ConfirmedGrpc).
    CompletableFuture<Void> confirmed =
        division.isLeader() ? leadership.confirm() : CompletableFuture.completedFuture(null);
    return confirmed
        .thenCompose(leads -> send(request))
        .handle(
            (reply, failure) -> {
              if (reply != null && reply.isSuccess()) {
                return null;
              }
              Throwable cause = failure != null ? unwrap(failure) : reason(reply);
              throw new ReadFailedException(
                  "replica %s cannot read linearizably now: %s"
                      .formatted(replica, cause.getMessage()),
                  cause);
            });
  }

  private RaftClientRequest request(long call, Message message, RaftClientRequest.Type type) {
    return RaftClientRequest.newBuilder()
        .setClientId(client)
        .setServerId(server.getId())
        .setGroupId(group)
        .setCallId(call)
        .setRepliedCallIds(takeReplied())
        .setMessage(message)
        .setType(type)
        .build();
  }

  /** Calls that were answered since the last request; Ratis forgets their answers. */
  private List<Long> takeReplied() {
    List<Long> taken = new ArrayList<>();
    for (Long call = replied.poll(); call != null; call = replied.poll()) {
      taken.add(call);
    }
    return taken;
  }

  private CompletableFuture<RaftClientReply> send(RaftClientRequest request) {
    try {
      return direct.submitClientRequestAsync(request);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private ReplicaException unknown(Throwable cause) {
    return new OutcomeUnknownException(
        "replica %s does not know the outcome: its log entry may be committed yet (%s)"
            .formatted(replica, cause.getMessage()),
        cause);
  }

  ReplicaException definite(Throwable cause) {
    return switch (cause) {
      case org.apache.ratis.protocol.exceptions.NotLeaderException e ->
          new NotLeaderException(
              replica,
              Optional.ofNullable(e.getSuggestedLeader()).map(peer -> peer.getId().toString()));
      case LeaderSteppingDownException e -> new NotLeaderException(replica, Optional.empty());
      case AlreadyClosedException e -> new ReplicaStoppedException(replica);
      case LeaderNotReadyException e -> new BusyException(String.valueOf(e.getMessage()));
      case ServerNotReadyException e -> stoppedOrBusy(e);
      case ResourceUnavailableException e -> new BusyException(String.valueOf(e.getMessage()));
      // Nothing entered the log, for a reason that has no name here.
      default -> new BusyException("replica " + replica + ": " + cause);
    };
  }

  private ReplicaException stoppedOrBusy(Throwable cause) {
    return failStop.stopped()
        ? new ReplicaStoppedException(replica)
        : new BusyException(String.valueOf(cause.getMessage()));
  }

  static Throwable reason(@Nullable RaftClientReply reply) {
    Throwable exception = reply == null ? null : reply.getException();
    return exception != null ? exception : new IOException("Ratis gave no reason: " + reply);
  }

  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
