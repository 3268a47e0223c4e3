package org.ultravisor.node.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.store.AuditDepth;
import org.ultravisor.ledger.store.AuditLog;
import org.ultravisor.ledger.store.AuditReport;
import org.ultravisor.ledger.store.StoreException;
import org.ultravisor.raft.replica.OfflineAudit;

/**
 * What the replicas' audit logs say afterwards, read from disk: whether each verifies by deciding
 * everything again, and whether every answer that a client got stands in every one of them.
 *
 * @param verified whether all logs verify and are equal
 * @param leaves that all logs have
 * @param lost answers that some replica's log does not have
 * @param problem what was wrong, for people; empty if nothing was
 */
public record AuditCheck(boolean verified, long leaves, long lost, String problem) {

  /**
   * Reads the directories of replicas that have stopped. They may have stopped at different
   * sequences: their logs must be equal as far as the shortest goes.
   */
  public static AuditCheck of(List<Path> directories, List<Outcome> answers) {
    String problem = "";
    long shortest = Long.MAX_VALUE;
    boolean[] lost = new boolean[answers.size()];
    for (Path directory : directories) {
      try (AuditLog log = OfflineAudit.open(directory)) {
        AuditReport report = log.verify(AuditDepth.DECISIONS, checked -> {});
        if (!report.good()) {
          problem = directory + ": " + report.firstDifference().orElseThrow();
        }
        shortest = Math.min(shortest, report.leaves());
        for (int i = 0; i < lost.length; i++) {
          lost[i] |= !stands(log, answers.get(i));
        }
      } catch (IOException | StoreException e) {
        problem = String.valueOf(e.getMessage());
        shortest = 0;
        Arrays.fill(lost, true); // what cannot be read was not kept
      }
    }
    if (problem.isEmpty()) {
      problem = difference(directories, shortest);
    }
    int count = 0;
    for (boolean each : lost) {
      count += each ? 1 : 0;
    }
    return new AuditCheck(problem.isEmpty(), shortest, count, problem);
  }

  private static String difference(List<Path> directories, long sequence) {
    Map<String, Path> roots = new TreeMap<>();
    for (Path directory : directories) {
      try (AuditLog log = OfflineAudit.open(directory)) {
        roots.put(log.rootAt(sequence).toString(), directory);
      } catch (IOException | StoreException e) {
        return String.valueOf(e.getMessage());
      }
    }
    return roots.size() <= 1 ? "" : "different roots at sequence " + sequence + ": " + roots;
  }

  private static boolean stands(AuditLog log, Outcome answer) {
    return answer.sequence() >= 1
        && answer.sequence() <= log.applied().sequence()
        && log.leaf(answer.sequence()).leaf().outcome().equals(answer);
  }
}
