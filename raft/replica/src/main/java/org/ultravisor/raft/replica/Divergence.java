package org.ultravisor.raft.replica;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.store.DurableFiles;
import org.ultravisor.ledger.store.LedgerStore;
import org.ultravisor.raft.replica.Verdicts.Verdict;

/**
 * Stops a replica that differs from the majority. At fixed sequences it remembers what this replica
 * has, which {@link SelfReports} sends through the log, and compares what comes back from all.
 *
 * <p>Before it stops, the replica's directory is marked, durably, so that it never serves again.
 * The apply thread's, except {@link #unsent}, {@link #drop} and {@link #agreed}.
 */
final class Divergence {
  /** Reports that wait to be sent. A replica that is far behind only says where it is now. */
  private static final int MOST_UNSENT = 16;

  private final String replica;
  private final long every;
  private final Path marker;
  private final Verdicts verdicts;
  private final ArrayDeque<StateReport> unsent = new ArrayDeque<>(); // guarded by itself
  private volatile long agreed;
  private boolean votersTold; // by the log; guarded by this

  /**
   * @param marker appears, with the reason, when the replica must not serve any more
   */
  Divergence(String replica, GuardPolicy policy, Path marker) {
    this.replica = replica;
    this.every = policy.reportEvery();
    this.marker = marker;
    this.verdicts = new Verdicts(policy.patience());
  }

  /** The configuration at the start, unless the log has told a newer one already. */
  synchronized void votersAtStart(Set<String> voters) {
    if (!votersTold) {
      verdicts.voters(voters);
    }
  }

  /** The log changes the configuration. */
  synchronized void voters(Set<String> voters) {
    votersTold = true;
    verdicts.voters(voters);
  }

  /** The state was replaced: what was reported before is not compared. */
  synchronized void restart() {
    verdicts.restart();
    synchronized (unsent) {
      unsent.clear();
    }
  }

  /**
   * Leaves were applied and are in the store.
   *
   * @throws DivergedException if this replica must stop; its directory is marked
   */
  synchronized void applied(List<Leaf> leaves, LedgerStore store)
      throws DivergedException, IOException {
    for (Leaf leaf : leaves) {
      if (leaf.sequence() % every == 0) {
        reached(store, leaf.sequence());
      }
      for (Event event : SelfReports.factsOf(leaf)) {
        if (event instanceof Event.StateReported(String by, long at, var stateHash, var logRoot)) {
          StateReport report = new StateReport(at, stateHash, logRoot);
          Verdict verdict = verdicts.reported(by, report, leaf.ledgerTime()).orElse(null);
          agreed = verdicts.agreed();
          if (verdict != null) {
            throw stop(verdict);
          }
        }
      }
    }
  }

  private void reached(LedgerStore store, long sequence) {
    AuditLeaf leaf = store.leaf(sequence);
    StateReport own =
        new StateReport(sequence, leaf.stateHash(), store.rootAt(sequence).toString());
    verdicts.reached(own);
    synchronized (unsent) {
      if (unsent.size() == MOST_UNSENT) {
        unsent.removeFirst();
      }
      unsent.addLast(own);
    }
  }

  private DivergedException stop(Verdict verdict) throws IOException {
    String reason =
        switch (verdict) {
          case Verdicts.Differs(StateReport own, StateReport majority) ->
              "replica %s differs from the majority at sequence %d: it has %s, they have %s. "
                      .formatted(replica, own.sequence(), own, majority)
                  + "It must not serve again from this directory. Rebuild it under a new id from"
                  + " the others: start what 'ultravisor cluster config NEW --raft HOST:PORT"
                  + " --command HOST:PORT' prints, then 'ultravisor cluster replace %s NEW --raft"
                      .formatted(replica)
                  + " HOST:PORT --command HOST:PORT'";
          case Verdicts.NoMajority(long sequence, Map<String, StateReport> reports) ->
              "replicas differ at sequence %d and none has a majority, so all stop: %s. "
                      .formatted(sequence, list(reports))
                  + "Find out which is right, with 'ultravisor audit verify --dir DIRECTORY' on"
                  + " each, and found a new cluster from the newest backup that agrees with it:"
                  + " 'ultravisor cluster restore BACKUP --config FILE...'";
        };
    DurableFiles.write(marker, reason.getBytes(StandardCharsets.UTF_8));
    return new DivergedException(reason);
  }

  private static String list(Map<String, StateReport> reports) {
    return reports.entrySet().stream()
        .map(report -> report.getKey() + " has " + report.getValue())
        .collect(Collectors.joining(", "));
  }

  /** What this replica has to report, oldest first. Any thread. */
  List<Operation> unsent() {
    synchronized (unsent) {
      List<Operation> reports = new ArrayList<>(unsent.size());
      unsent.forEach(report -> reports.add(report.by(replica)));
      return reports;
    }
  }

  /** These have been sent. Any thread. */
  void drop(List<Operation> sent) {
    synchronized (unsent) {
      unsent.removeIf(report -> sent.contains(report.by(replica)));
    }
  }

  /** The last sequence at which a majority was seen to have the same; 0 for none. Any thread. */
  long agreed() {
    return agreed;
  }
}
