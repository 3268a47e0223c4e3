package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A ledger with one session, whose leaves are kept and which is checked at every step. */
final class LedgerFixture {
  final Ledger ledger;
  final List<Leaf> leaves = new ArrayList<>();
  final List<StateHash> hashes = new ArrayList<>();
  private final long session;
  private long requestId;
  long now = 1_000_000;

  LedgerFixture() {
    this(new Ledger());
  }

  LedgerFixture(Ledger ledger) {
    this.ledger = ledger;
    execute(Transaction.sessionless("test", new Operation.OpenSession(1)));
    session = ledger.queries().sessionByNonce(1).orElseThrow().session();
  }

  Outcome submit(Operation... operations) {
    return submit(List.of(), operations);
  }

  Outcome submit(List<Precondition> preconditions, Operation... operations) {
    requestId++;
    return execute(
        new Transaction(session, requestId, requestId, "test", preconditions, List.of(operations)));
  }

  Outcome execute(Transaction transaction) {
    Execution execution =
        ledger.execute(now, Submission.local(transaction, transaction.hashCode()));
    Leaf leaf = assertInstanceOf(Execution.Executed.class, execution).leaf();
    leaves.add(leaf);
    hashes.add(ledger.hash());
    return leaf.outcome();
  }

  List<Event> committed(Operation... operations) {
    return assertInstanceOf(Outcome.Committed.class, submit(operations)).events();
  }

  void refused(Refusal reason, Operation... operations) {
    assertEquals(reason, assertInstanceOf(Outcome.Refused.class, submit(operations)).reason());
  }

  /** All records of the state. */
  static List<StateRecord> records(Ledger ledger) {
    List<StateRecord> records = new ArrayList<>();
    try (StateImage image = ledger.image()) {
      image.forEach((table, key, value) -> records.add(record(table, key, value)));
    }
    return records;
  }

  static StateRecord record(int table, byte[] key, byte @Nullable [] value) {
    if (value == null) {
      throw new AssertionError("an image has a record without a value in table " + table);
    }
    return new StateRecord(table, key, value);
  }

  /** Everything that has happened so far, happening again in an empty ledger. */
  Ledger replayed() {
    Ledger again = new Ledger();
    for (int i = 0; i < leaves.size(); i++) {
      again.replay(leaves.get(i));
      assertEquals(hashes.get(i), again.hash(), "hash at sequence " + (i + 1));
    }
    return again;
  }
}
