package org.ultravisor.raft.wire;

import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/** Sees what followers answer, to say whether this replica still leads. Any thread. */
public interface LeaderWatch {
  /** A leader of a new term, or the same one again, talks to a follower. */
  void talksTo(LeaderState leader, LogAppender appender);

  /** A follower has answered an append or a heartbeat. */
  void answered(LogAppender appender, AppendEntriesReplyProto reply);

  /** Completes when a majority took this replica for its leader after the call. */
  CompletableFuture<Void> confirm();
}
