package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.ultravisor.raft.replica.ElectionTimeouts;
import org.ultravisor.raft.replica.GuardPolicy;
import org.ultravisor.raft.replica.Peer;
import org.ultravisor.raft.replica.ProcessEnd;
import org.ultravisor.raft.replica.Replica;
import org.ultravisor.raft.replica.ReplicaConfig;
import org.ultravisor.raft.replica.ReplicaListener;
import org.ultravisor.raft.replica.ReplicaStatus;
import org.ultravisor.raft.replica.SnapshotPolicy;

/**
 * A replica in a process of its own, which faults are planted into. If it leads it is its own
 * client: it asks the run's requests, one after the other, takes snapshots in between, and writes
 * each answer down once it has it; then it ends. Otherwise it follows until it is killed.
 *
 * <p>Arguments: id, directory, the answers' file, the election timeouts' lower end in milliseconds,
 * and the peers as {@code id,host,port}.
 */
final class Victim {
  /** Every so many requests one snapshot. */
  static final int REQUESTS_PER_SNAPSHOT = 12;

  /** Small segments, so that the log is cut in each run; snapshots are taken when they are due. */
  static final SnapshotPolicy SMALL =
      new SnapshotPolicy(1_000_000, 1L << 30, Duration.ofMinutes(10), 2, 16, 4096);

  /** After which a leader whose disk hangs gives up. */
  static final Duration STALLED_DISK = Duration.ofSeconds(5);

  /** Exit code of a replica that refused to start. */
  static final int REFUSED = 1;

  /** Exit code of a replica that neither goes on nor ends. */
  static final int HANGS = 3;

  /** Exit code of a replica that ended because it failed; {@link ReplicaListener#failed}. */
  static final int FAILED = 70;

  private Victim() {}

  public static void main(String[] arguments) throws IOException {
    List<Peer> peers = new ArrayList<>();
    for (String peer : List.of(arguments).subList(4, arguments.length)) {
      String[] parts = peer.split(",", -1);
      peers.add(new Peer(parts[0], parts[1], Integer.parseInt(parts[2])));
    }
    ReplicaConfig config =
        config(arguments[0], peers, Path.of(arguments[1]), Long.parseLong(arguments[3]));
    try (Answers answers = new Answers(Path.of(arguments[2]))) {
      Replica replica = start(config);
      Await.until("leadership", () -> leads(replica));
      run(replica, answers);
      // Without an orderly end: what was acknowledged must be on disk by now. The shim sees this
      // one.
      Runtime.getRuntime().halt(0);
    } catch (CompletionException e) {
      // A replica that does not know an outcome because it has failed ends the process itself.
      e.printStackTrace();
      Await.until("the replica to halt the process", () -> false);
    } catch (AssertionError e) {
      e.printStackTrace();
      ProcessEnd.now(HANGS);
    }
  }

  /** Whether it leads; one that does not takes a snapshot when there is much that is new. */
  private static boolean leads(Replica replica) {
    ReplicaStatus status = replica.status();
    if (status.appliedIndex() - status.snapshotIndex() >= REQUESTS_PER_SNAPSHOT) {
      replica.takeSnapshot().join();
    }
    return status.leaderReady();
  }

  private static Replica start(ReplicaConfig config) {
    try {
      return Replica.start(config, ReplicaListener.NONE);
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      ProcessEnd.now(REFUSED);
      throw new IllegalStateException(e);
    }
  }

  static ReplicaConfig config(String id, List<Peer> peers, Path directory, long leastMillis) {
    return ReplicaConfig.of(id, peers, directory)
        .with(ElectionTimeouts.ofMillis(leastMillis, 2 * leastMillis))
        .with(GuardPolicy.DEFAULT.withStalledDisk(STALLED_DISK))
        .with(SMALL);
  }

  private static void run(Replica replica, Answers answers) throws IOException {
    long session = Load.openSession(replica);
    for (int request = 1; request <= Load.REQUESTS; request++) {
      answers.add(Answers.line(Load.submit(replica, Load.request(session, request))));
      if (request % REQUESTS_PER_SNAPSHOT == 0) {
        replica.takeSnapshot().join();
      }
    }
  }
}
