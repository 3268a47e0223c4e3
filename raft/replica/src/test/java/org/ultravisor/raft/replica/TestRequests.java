package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Transaction;

/** Transactions to replicate; what they mean is the core's business. */
final class TestRequests {
  private final AtomicLong next = new AtomicLong();

  /** A transaction that is harmless when done twice, and never the same. */
  Transaction sessionless() {
    return Transaction.sessionless("test", new Operation.OpenSession(next.incrementAndGet()));
  }

  /** A session of its own, for requests that must happen once. */
  long openSession(TestCluster cluster) {
    Outcome.Committed opened =
        assertInstanceOf(Outcome.Committed.class, cluster.submit(sessionless()));
    return opened.events().stream()
        .filter(event -> event instanceof Event.SessionOpened)
        .map(event -> ((Event.SessionOpened) event).session())
        .findFirst()
        .orElseThrow();
  }

  /** Creates a partition of a new name: not harmless when done twice. */
  Transaction createPartition(long session, long requestId) {
    Operation create =
        new Operation.CreatePartition(
            "p" + next.incrementAndGet(), PartitionKind.GUEST, Limits.NONE);
    return Transaction.of(session, requestId, "test", List.of(create));
  }
}
