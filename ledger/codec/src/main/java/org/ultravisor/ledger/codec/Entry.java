package org.ultravisor.ledger.codec;

import java.util.List;
import org.ultravisor.ledger.core.Submission;

/**
 * One entry of the replicated log: what was waiting at the leader, in order, under one time.
 *
 * @param ledgerTime milliseconds since 1970 by the leader's clock
 * @param submissions at least one unless the entry only moves the ledger's time
 */
public record Entry(long ledgerTime, List<Submission> submissions) {
  public Entry {
    submissions = List.copyOf(submissions);
  }
}
