package org.ultravisor.ledger.command.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;

/**
 * Judges a run of requests that each add one processor: what was told committed happened once, at
 * the sequence told; nothing happened twice; nothing told refused happened.
 */
final class ExactlyOnce {
  private ExactlyOnce() {}

  /** What is wrong; empty if nothing is. */
  static List<String> violations(Collection<AuditLeaf> leaves, Map<Integer, Result> results) {
    List<String> wrong = new ArrayList<>();
    Map<Integer, Long> happened = new HashMap<>();
    Map<String, Long> asked = new HashMap<>();
    for (AuditLeaf audited : leaves) {
      Transaction transaction = audited.leaf().submission().transaction();
      if (transaction.session() != Transaction.NO_SESSION) {
        String ids = transaction.session() + "/" + transaction.requestId();
        Long before = asked.put(ids, audited.sequence());
        if (before != null) {
          wrong.add("request %s has leaves %d and %d".formatted(ids, before, audited.sequence()));
        }
      }
      if (audited.leaf().outcome() instanceof Outcome.Committed
          && transaction.operations().getFirst() instanceof Operation.AddProcessor added) {
        happened.put(added.processor(), audited.sequence());
      }
    }
    results.forEach(
        (processor, result) -> {
          Long sequence = happened.get(processor);
          switch (result) {
            case Result.Committed committed -> {
              if (sequence == null || sequence != committed.sequence()) {
                wrong.add(
                    "processor %d: told sequence %d, happened at %s"
                        .formatted(processor, committed.sequence(), sequence));
              }
            }
            case Result.Refused refused ->
                wrong.add("processor %d: told %s".formatted(processor, refused));
            case Result.Unknown unknown -> {
              if (sequence != null && !unknown.mayHaveHappened()) {
                wrong.add("processor %d happened, but was told not to".formatted(processor));
              }
            }
          }
        });
    return wrong;
  }
}
