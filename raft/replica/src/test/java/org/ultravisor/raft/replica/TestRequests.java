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
    return openSession(next.incrementAndGet());
  }

  static Transaction openSession(long nonce) {
    return Transaction.sessionless("test", new Operation.OpenSession(nonce));
  }

  /** A session of its own, for requests that must happen once. */
  long openSession(TestCluster cluster) {
    return sessionOf(cluster.submit(sessionless()));
  }

  static long sessionOf(Outcome outcome) {
    Outcome.Committed opened = assertInstanceOf(Outcome.Committed.class, outcome);
    return opened.events().stream()
        .filter(event -> event instanceof Event.SessionOpened)
        .map(event -> ((Event.SessionOpened) event).session())
        .findFirst()
        .orElseThrow();
  }

  /** Creates a partition of a new name: not harmless when done twice. */
  Transaction createPartition(long session, long requestId) {
    return createPartition(session, requestId, "p" + next.incrementAndGet());
  }

  /** Wants the answers to all requests of its session to be kept. */
  static Transaction createPartition(long session, long requestId, String name) {
    Operation create = new Operation.CreatePartition(name, PartitionKind.GUEST, Limits.NONE);
    return new Transaction(session, requestId, 1, "test", List.of(), List.of(create));
  }
}
