package org.ultravisor.raft.wire;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/** Ratis' way to a {@link Wire}: its type of transport, by class name. */
public final class WireRpc implements RpcType {
  private static final String WIRE = "ultravisor.wire";
  private static final String WATCH = "ultravisor.leader-watch";

  /** Ratis makes one by its class name. */
  public WireRpc() {}

  /** What the server's builder needs to hand to its transport. */
  public static Parameters parameters(Wire wire, LeaderWatch watch) {
    Parameters parameters = new Parameters();
    parameters.put(WIRE, wire, Wire.class);
    parameters.put(WATCH, watch, LeaderWatch.class);
    return parameters;
  }

  @Override
  public String name() {
    return WireRpc.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(
        this,
        parameters.getNonNull(WIRE, Wire.class),
        parameters.getNonNull(WATCH, LeaderWatch.class));
  }

  private record Factory(WireRpc type, Wire wire, LeaderWatch watch) implements ServerFactory {
    @Override
    public RpcType getRpcType() {
      return type;
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division server, LeaderState state, FollowerInfo follower) {
      LogAppender appender = new WireAppender(server, state, follower, wire, watch);
      watch.talksTo(state, appender);
      return appender;
    }

    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
      return new WireServer(server, wire, watch);
    }
  }
}
