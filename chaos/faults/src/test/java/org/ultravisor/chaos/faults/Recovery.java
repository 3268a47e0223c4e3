package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.AuditDepth;
import org.ultravisor.ledger.store.AuditLog;
import org.ultravisor.ledger.store.AuditReport;
import org.ultravisor.raft.replica.OfflineAudit;
import org.ultravisor.raft.replica.Peer;
import org.ultravisor.raft.replica.Replica;
import org.ultravisor.raft.replica.ReplicaListener;

/**
 * What must hold of the only replica of a cluster after its process was killed: it starts, every
 * answer that a client had is given again, what had no answer gets one, each request was executed
 * once, and the audit log verifies by deciding everything again.
 */
final class Recovery {
  private Recovery() {}

  /**
   * @param root holds the replica's directory and the answers
   * @return how many answers were compared
   */
  static int check(Path root, List<Peer> peers) throws IOException {
    String id = peers.getFirst().id();
    List<String> answers = Answers.read(VictimProcess.answers(root));
    List<Throwable> failures = new ArrayList<>();
    ReplicaListener listener =
        new ReplicaListener() {
          @Override
          public void failed(Throwable cause) {
            failures.add(cause);
          }
        };
    long session;
    try (Replica replica =
        Replica.start(Victim.config(id, peers, root.resolve(id), 50), listener)) {
      Await.until("leadership", () -> replica.status().leaderReady());
      session = Load.openSession(replica);
      int all = Math.min(answers.size() + 5, Load.REQUESTS);
      List<String> first = ask(replica, session, all);
      requireEqual(answers, first.subList(0, answers.size()));
      requireEqual(first, ask(replica, session, all));
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("the replica failed", failures.getFirst());
    }
    verify(root.resolve(id), session);
    return answers.size();
  }

  private static List<String> ask(Replica replica, long session, int requests) {
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int request = 1; request <= requests; request++) {
      outcomes.add(replica.submit(Principal.LOCAL, Load.request(session, request)));
    }
    return outcomes.stream().map(CompletableFuture::join).map(Answers::line).toList();
  }

  static void requireEqual(List<String> expected, List<String> found) {
    for (int i = 0; i < expected.size(); i++) {
      if (!expected.get(i).equals(found.get(i))) {
        throw new AssertionError(
            "request %d was answered %s, and now %s"
                .formatted(i + 1, expected.get(i), found.get(i)));
      }
    }
  }

  /** The log on disk: whole, equal to what deciding again gives, each request in it once. */
  static void verify(Path directory, long session) throws IOException {
    try (AuditLog log = OfflineAudit.open(directory)) {
      AuditReport report = log.verify(AuditDepth.DECISIONS, checked -> {});
      if (!report.good()) {
        throw new AssertionError(directory + ": " + report);
      }
      long from = log.compaction().map(compaction -> compaction.through() + 1).orElse(1L);
      List<Long> requests =
          log.leaves(from, Integer.MAX_VALUE).stream()
              .map(AuditLeaf::leaf)
              .map(leaf -> leaf.submission().transaction())
              .filter(transaction -> transaction.session() == session)
              .map(Transaction::requestId)
              .toList();
      if (requests.stream().distinct().count() != requests.size()) {
        throw new AssertionError(directory + ": a request was executed twice: " + requests);
      }
    }
  }
}
