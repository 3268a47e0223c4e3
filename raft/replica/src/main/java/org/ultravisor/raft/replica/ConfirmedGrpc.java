package org.ultravisor.raft.replica;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.protocol.TermIndex;
import org.ultravisor.raft.tls.PeerCheck;
import org.ultravisor.raft.tls.TlsFiles;

/**
 * Ratis' gRPC, in which {@link Leadership} sees what followers answer, and a follower's question
 * for the read index is answered only after the leadership was confirmed.
 */
final class ConfirmedGrpc implements RpcType {
  private static final String LEADERSHIP = "ultravisor.leadership";

  ConfirmedGrpc() {} // Ratis makes one by its class name

  /** What the server's builder needs to hand the leadership to its transport. */
  static Parameters parameters(Leadership leadership, Optional<TlsFiles> tls) {
    Parameters parameters = new Parameters();
    parameters.put(LEADERSHIP, leadership, Leadership.class);
    tls.ifPresent(
        files ->
            GrpcConfigKeys.TLS.setConf(
                parameters,
                new GrpcTlsConfig(
                    files.keyManager(), files.trustManager(PeerCheck.REPLICA), true)));
    return parameters;
  }

  @Override
  public String name() {
    return ConfirmedGrpc.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters, parameters.getNonNull(LEADERSHIP, Leadership.class));
  }

  private static final class Factory extends GrpcFactory {
    private final Leadership leadership;

    Factory(Parameters parameters, Leadership leadership) {
      super(parameters);
      this.leadership = leadership;
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division server, LeaderState state, FollowerInfo follower) {
      LogAppender appender =
          super.newLogAppender(server, new WatchedLeader(state, leadership), follower);
      leadership.talksTo(state, appender);
      return appender;
    }

    @Override
    public GrpcServices newRaftServerRpc(RaftServer server) {
      return super.newRaftServerRpc(confirming(server));
    }

    /** The same server, but for the one call of which the answer must wait. */
    private RaftServer confirming(RaftServer server) {
      return (RaftServer)
          Proxy.newProxyInstance(
              RaftServer.class.getClassLoader(),
              new Class<?>[] {RaftServer.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("readIndexAsync")) {
                  ReadIndexRequestProto request = (ReadIndexRequestProto) arguments[0];
                  return leadership.confirm().thenCompose(nothing -> readIndex(server, request));
                }
                try {
                  return method.invoke(server, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause() == null ? e : e.getCause();
                }
              });
    }

    private static CompletableFuture<?> readIndex(
        RaftServer server, ReadIndexRequestProto request) {
      try {
        return server.readIndexAsync(request);
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
  }

  /** Ratis' leader, whose followers' answers {@link Leadership} hears, too. */
  private record WatchedLeader(LeaderState state, Leadership leadership) implements LeaderState {
    @Override
    public void restart(LogAppender appender) {
      state.restart(appender);
    }

    @Override
    public AppendEntriesRequestProto newAppendEntriesRequestProto(
        FollowerInfo follower, List<LogEntryProto> entries, TermIndex previous, long callId) {
      return state.newAppendEntriesRequestProto(follower, entries, previous, callId);
    }

    @Override
    public void checkHealth(FollowerInfo follower) {
      state.checkHealth(follower);
    }

    @Override
    public boolean onFollowerTerm(FollowerInfo follower, long followerTerm) {
      return state.onFollowerTerm(follower, followerTerm);
    }

    @Override
    public void onFollowerCommitIndex(FollowerInfo follower, long commitIndex) {
      state.onFollowerCommitIndex(follower, commitIndex);
    }

    @Override
    public void onFollowerSuccessAppendEntries(FollowerInfo follower) {
      state.onFollowerSuccessAppendEntries(follower);
    }

    @Override
    public boolean isFollowerBootstrapping(FollowerInfo follower) {
      return state.isFollowerBootstrapping(follower);
    }

    @Override
    public void onAppendEntriesReply(LogAppender appender, AppendEntriesReplyProto reply) {
      state.onAppendEntriesReply(appender, reply);
      leadership.answered(appender, reply);
    }
  }
}
