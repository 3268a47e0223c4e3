package org.ultravisor.raft.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexReplyProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.protocol.RaftServerAsynchronousProtocol;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.jspecify.annotations.Nullable;

/** Ratis' server on a wire: sends what it asks, and hands it what others ask. */
final class WireServer implements RaftServerRpc, RaftServerAsynchronousProtocol, Wire.Receiver {
  /** A part of a snapshot may have to be put in the ledger's place before it is answered. */
  static final Duration LONGEST_SNAPSHOT_PART = Duration.ofMinutes(2);

  private final RaftServer server;
  private final Wire wire;
  private final LeaderWatch watch;
  private final LeaderLoss leaderLoss;
  private final Duration longest;

  WireServer(RaftServer server, Wire wire, LeaderWatch watch) {
    this.server = server;
    this.wire = wire;
    this.watch = watch;
    this.leaderLoss = new LeaderLoss(server, wire);
    this.longest =
        Duration.ofMillis(
            RaftServerConfigKeys.Rpc.requestTimeout(server.getProperties())
                .toLong(TimeUnit.MILLISECONDS));
  }

  @Override
  public void start() throws IOException {
    wire.start(this);
  }

  @Override
  public void close() {
    leaderLoss.close();
    wire.close();
  }

  @Override
  public RpcType getRpcType() {
    return new WireRpc();
  }

  @Override
  public InetSocketAddress getInetSocketAddress() {
    return wire.address();
  }

  @Override
  public void addRaftPeers(Collection<RaftPeer> peers) {
    for (RaftPeer peer : peers) {
      if (peer.getAddress() != null) {
        wire.know(peer.getId().toString(), peer.getAddress());
      }
    }
  }

  @Override
  public void handleException(RaftPeerId peer, Exception e, boolean reconnect) {
    if (reconnect) {
      wire.disconnect(peer.toString());
    }
  }

  @Override
  public RaftServerAsynchronousProtocol async() {
    return this;
  }

  @Override
  public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
    return Messages.await(
        control(request.getServerRequest().getReplyId(), Kind.REQUEST_VOTE, request),
        longest,
        RequestVoteReplyProto::parseFrom);
  }

  @Override
  public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
      throws IOException {
    return Messages.await(
        control(request.getServerRequest().getReplyId(), Kind.START_LEADER_ELECTION, request),
        longest,
        StartLeaderElectionReplyProto::parseFrom);
  }

  @Override
  public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
      throws IOException {
    String peer = request.getServerRequest().getReplyId().toStringUtf8();
    return Messages.await(
        wire.ask(peer, Wire.Lane.APPENDS, Kind.APPEND_ENTRIES, request, longest),
        longest,
        AppendEntriesReplyProto::parseFrom);
  }

  @Override
  public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
      throws IOException {
    String peer = request.getServerRequest().getReplyId().toStringUtf8();
    return Messages.await(
        wire.ask(peer, Wire.Lane.APPENDS, Kind.INSTALL_SNAPSHOT, request, LONGEST_SNAPSHOT_PART),
        LONGEST_SNAPSHOT_PART,
        InstallSnapshotReplyProto::parseFrom);
  }

  @Override
  public CompletableFuture<AppendEntriesReplyProto> appendEntriesAsync(
      AppendEntriesRequestProto request) {
    String peer = request.getServerRequest().getReplyId().toStringUtf8();
    return wire.ask(peer, Wire.Lane.APPENDS, Kind.APPEND_ENTRIES, request, longest)
        .thenCompose(answer -> parsed(answer, AppendEntriesReplyProto::parseFrom));
  }

  @Override
  public CompletableFuture<ReadIndexReplyProto> readIndexAsync(ReadIndexRequestProto request) {
    return control(request.getServerRequest().getReplyId(), Kind.READ_INDEX, request)
        .thenCompose(answer -> parsed(answer, ReadIndexReplyProto::parseFrom));
  }

  private CompletableFuture<ByteString> control(ByteString peer, Kind kind, MessageLite question) {
    return wire.ask(peer.toStringUtf8(), Wire.Lane.CONTROL, kind, question, longest);
  }

  private static <T> CompletableFuture<T> parsed(ByteString answer, Messages.Parser<T> parser) {
    try {
      return CompletableFuture.completedFuture(Messages.read(answer, parser));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void asked(String peer, Kind kind, ByteString question, Wire.Answer answer) {
    try {
      switch (kind) {
        case REQUEST_VOTE ->
            answer.give(
                server.requestVote(Messages.read(question, RequestVoteRequestProto::parseFrom)));
        case APPEND_ENTRIES -> {
          leaderLoss.heard(peer);
          give(
              server.appendEntriesAsync(
                  Messages.read(question, AppendEntriesRequestProto::parseFrom)),
              answer);
        }
        case INSTALL_SNAPSHOT -> {
          leaderLoss.heard(peer);
          answer.give(
              server.installSnapshot(
                  Messages.read(question, InstallSnapshotRequestProto::parseFrom)));
        }
        case START_LEADER_ELECTION ->
            answer.give(
                server.startLeaderElection(
                    Messages.read(question, StartLeaderElectionRequestProto::parseFrom)));
        case READ_INDEX -> give(readIndex(question), answer);
        case LEADER_LOST ->
            answer.give(
                leaderLoss.asked(
                    Messages.read(question, StartLeaderElectionRequestProto::parseFrom)));
      }
    } catch (IOException | RuntimeException e) {
      answer.fail(e.toString());
    }
  }

  /** Ratis alone would not ask again whether it still leads: see {@link LeaderWatch}. */
  private CompletableFuture<ReadIndexReplyProto> readIndex(ByteString question) throws IOException {
    ReadIndexRequestProto request = Messages.read(question, ReadIndexRequestProto::parseFrom);
    return watch
        .confirm()
        .thenCompose(
            nothing -> {
              try {
                return server.readIndexAsync(request);
              } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  private static void give(CompletableFuture<? extends MessageLite> reply, Wire.Answer answer) {
    var _ =
        reply.whenComplete(
            (@Nullable MessageLite done, @Nullable Throwable failure) -> {
              if (done != null) {
                answer.give(done);
              } else {
                answer.fail(String.valueOf(failure));
              }
            });
  }

  @Override
  public void lost(String peer) {
    leaderLoss.lost(peer);
  }
}
