package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.node.local.FreePorts;
import org.ultravisor.raft.replica.Peer;
import org.ultravisor.raft.replica.Replica;
import org.ultravisor.raft.replica.ReplicaException;
import org.ultravisor.raft.replica.ReplicaListener;
import org.ultravisor.raft.replica.ReplicaStatus;

/**
 * Replicas r1 and r2 of three, in this process: the majority that goes on while r3 dies. A
 * restarted r3 joins them here.
 */
final class Others implements AutoCloseable {
  static final String THIRD = "r3";
  private static final long ELECTION_MILLIS = 1000;

  private final Path root;
  private final List<Peer> peers;
  private final Map<String, Replica> running = new TreeMap<>();
  private final List<Throwable> failures = new ArrayList<>();

  Others(Path root) throws IOException {
    this.root = root;
    List<Integer> ports = FreePorts.find(3);
    peers =
        List.of(
            new Peer("r1", "127.0.0.1", ports.get(0)),
            new Peer("r2", "127.0.0.1", ports.get(1)),
            new Peer(THIRD, "127.0.0.1", ports.get(2)));
    start("r1", root.resolve("r1"));
    start("r2", root.resolve("r2"));
  }

  List<Peer> peers() {
    return peers;
  }

  private void start(String id, Path directory) throws IOException {
    ReplicaListener listener =
        new ReplicaListener() {
          @Override
          public void failed(Throwable cause) {
            failures.add(cause);
          }
        };
    running.put(id, Replica.start(Victim.config(id, peers, directory, ELECTION_MILLIS), listener));
  }

  /** The one that leads of those in this process, if any does now. */
  private @Nullable Replica leading() {
    return running.values().stream()
        .filter(replica -> replica.status().leaderReady())
        .findFirst()
        .orElse(null);
  }

  Replica leader() {
    Await.until("a leader among " + statuses(), () -> leading() != null);
    return Objects.requireNonNullElseGet(leading(), this::leader);
  }

  /** Asks whoever leads until there is an answer. */
  String ask(long session, int request) {
    List<String> answer = new ArrayList<>();
    Await.until(
        "an answer to request " + request,
        () -> {
          try {
            answer.add(
                Answers.line(
                    leader().submit(Principal.LOCAL, Load.request(session, request)).join()));
            return true;
          } catch (CompletionException e) {
            if (e.getCause() instanceof ReplicaException) {
              return false;
            }
            throw e;
          }
        });
    return answer.getFirst();
  }

  /** Lets r3 lead, if another does and r3 is there. */
  void handOver() {
    Replica leader = leading();
    if (leader != null) {
      // It fails where r3 is not there yet, or not any more.
      leader.transferLeadership(THIRD).handle((done, failure) -> failure).join();
    }
  }

  /**
   * Starts r3 in its directory: all three become equal, the answers of before are given again, and
   * each request stands in its log once.
   */
  void comesBack(long session, List<String> answers) throws IOException {
    rejoin();
    List<String> again = new ArrayList<>();
    for (int request = 1; request <= answers.size(); request++) {
      again.add(ask(session, request));
    }
    Recovery.requireEqual(answers, again);
    verifyThird(session);
  }

  private void rejoin() throws IOException {
    start(THIRD, root.resolve(THIRD));
    Await.until(
        "equal replicas", () -> statuses().stream().map(Others::state).distinct().count() == 1);
    if (!failures.isEmpty()) {
      throw new AssertionError("a replica failed", failures.getFirst());
    }
  }

  /** Stops r3 and verifies what it has on disk. */
  private void verifyThird(long session) throws IOException {
    Objects.requireNonNull(running.remove(THIRD)).close();
    Recovery.verify(root.resolve(THIRD), session);
  }

  private static String state(ReplicaStatus status) {
    return status.sequence() + " " + status.stateHash() + " " + status.logRoot();
  }

  private List<ReplicaStatus> statuses() {
    return running.values().stream().map(Replica::status).toList();
  }

  @Override
  public void close() throws IOException {
    Collection<Replica> all = running.values();
    for (Replica replica : all) {
      replica.close();
    }
  }
}
