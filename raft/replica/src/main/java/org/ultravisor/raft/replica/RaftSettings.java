package org.ultravisor.raft.replica;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Read;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.ultravisor.raft.wire.WireRpc;

/** Ratis' settings that differ from its defaults, each with its reason. */
final class RaftSettings {
  private RaftSettings() {}

  static RaftProperties of(ReplicaConfig config, Path raftDirectory) {
    RaftProperties properties = new RaftProperties();
    RaftConfigKeys.Rpc.setType(
        properties,
        switch (config.transport()) {
          case WIRE -> new WireRpc();
          case GRPC -> new ConfirmedGrpc();
        });
    GrpcConfigKeys.Server.setHost(properties, config.self().host());
    GrpcConfigKeys.Server.setPort(properties, config.self().raftPort());
    RaftServerConfigKeys.setStorageDir(properties, List.of(raftDirectory.toFile()));
    elections(properties, config.electionTimeouts());
    joining(properties, config.electionTimeouts());
    reads(properties);
    log(properties, config.snapshots());
    snapshots(properties, config.snapshots());
    installation(properties);
    retries(properties);
    return properties;
  }

  private static void elections(RaftProperties properties, ElectionTimeouts timeouts) {
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(timeouts.least()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(timeouts.most()));
    // An answer that has not come by then would come to a leader of the past.
    RaftServerConfigKeys.Rpc.setRequestTimeout(properties, time(timeouts.most()));
    // One that starts has no leader to be patient with; if there is one, the pre-vote protects it.
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
        properties, time(timeouts.least().dividedBy(2)));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, time(timeouts.most()));
    // A leader that lost its majority may stand again soon: 10 s would be an outage of 10 s.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        properties, TimeDuration.valueOf(1, TimeUnit.SECONDS));
    // A process that was stopped for a minute is still a good follower; do not end it for that.
    RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(1, TimeUnit.DAYS));
  }

  private static void joining(RaftProperties properties, ElectionTimeouts timeouts) {
    // One of our entries may hold many transactions: a thousand are more than many a log has.
    RaftServerConfigKeys.setStagingCatchupGap(properties, 200);
    // Putting a large snapshot in place takes a while in which a newcomer says nothing.
    Duration patience = timeouts.most().multipliedBy(3);
    RaftServerConfigKeys.setStagingTimeout(
        properties, time(patience.toSeconds() < 30 ? Duration.ofSeconds(30) : patience));
  }

  private static void reads(RaftProperties properties) {
    Read.setOption(properties, Read.Option.LINEARIZABLE);
    // A paused pre-vote winner can be elected inside a lease, so reads always ask a majority.
    Read.setLeaderLeaseEnabled(properties, false);
  }

  private static void log(RaftProperties properties, SnapshotPolicy policy) {
    // One entry per commit advance would double the fsyncs and only speeds up a restart.
    Log.setLogMetadataEnabled(properties, false);
    // One connection keeps appends in order; composing them costs two thread hand-overs each.
    Log.setAppendEntriesComposeEnabled(properties, false);
    Log.setCorruptionPolicy(properties, Log.CorruptionPolicy.EXCEPTION);
    SizeInBytes segment = SizeInBytes.valueOf(policy.logSegmentBytes());
    Log.setSegmentSizeMax(properties, segment);
    if (segment.getSize() < Log.preallocatedSize(properties).getSize()) {
      Log.setPreallocatedSize(properties, segment);
    }
    // Otherwise one dead peer would keep the whole log for ever.
    Log.setPurgeUptoSnapshotIndex(properties, true);
    Log.setPurgePreservationLogNum(properties, policy.logEntriesKept());
    Log.setPurgeGap(properties, 1);
  }

  private static void snapshots(RaftProperties properties, SnapshotPolicy policy) {
    // Ratis would take them on the apply thread; Watch has them made in the background.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, policy.keep());
    // A replica that stops has its state in its store already.
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
  }

  private static void installation(RaftProperties properties) {
    // A leader that begins to send a snapshot to a follower that does not listen (yet) notices it
    // only after eight of these: 24 s by default, in which a follower that is back waits for
    // nothing. Smaller chunks keep slow disks from missing the shorter time: 4 MB/s are enough.
    GrpcConfigKeys.Server.setInstallSnapshotRequestTimeout(
        properties, TimeDuration.valueOf(500, TimeUnit.MILLISECONDS));
    Log.Appender.setSnapshotChunkSizeMax(properties, SizeInBytes.valueOf("2MB"));
  }

  private static void retries(RaftProperties properties) {
    // Exactly-once is the ledger's own (sessions in the replicated state). Ratis' cache sees each
    // of our calls once, so it only costs memory.
    RaftServerConfigKeys.RetryCache.setExpiryTime(
        properties, TimeDuration.valueOf(10, TimeUnit.SECONDS));
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
