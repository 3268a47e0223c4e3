package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One ledger's life beside the naive ledger's: the same transactions to both, then both are
 * compared. A third ledger replays what was decided, so that applying and deciding must agree in
 * their hash at every sequence.
 */
final class ModelRun {
  /** What was submitted, and when. */
  record Step(long time, Submission submission) {}

  final NaiveLedger model = new NaiveLedger();
  final ModelCoverage coverage;
  private final NaiveSessions sessions = new NaiveSessions();
  private final ModelFault fault;
  private final int fullEvery;
  private Ledger ledger = new Ledger();
  private Ledger replica = new Ledger();
  private int steps;

  /**
   * @param fullEvery all pages are compared every so many steps; those touched always are
   */
  ModelRun(ModelCoverage coverage, ModelFault fault, int fullEvery) {
    this.coverage = coverage;
    this.fault = fault;
    this.fullEvery = fullEvery;
  }

  LedgerQueries queries() {
    return ledger.queries();
  }

  State state() {
    return ledger.state();
  }

  /**
   * Submits to both and compares.
   *
   * @throws AssertionError if they differ
   */
  void step(Step step) {
    NaiveSessions.Known known = sessions.known(step.submission());
    NaiveLedger.Verdict forbidden = forbidden(step.submission(), known);
    if (known == null || forbidden != null) {
      execute(step, forbidden, known == null);
    } else {
      Execution execution = ledger.execute(step.time(), step.submission());
      Refusal refused = known.refused();
      if (refused == null) {
        assertEquals(new Execution.Repeated(known.repeated()), execution);
        coverage.repeated++;
      } else {
        Execution.Rejected rejected = assertInstanceOf(Execution.Rejected.class, execution);
        assertEquals(refused, rejected.refused().reason());
        coverage.refused(refused);
      }
    }
    steps++;
    if (steps % fullEvery == 0) {
      new ModelComparison(model.state, ledger.state()).everything();
    }
  }

  /** What the principal may not; a retry has its answer whatever the principal may now. */
  private NaiveLedger.@Nullable Verdict forbidden(
      Submission submission, NaiveSessions.@Nullable Known known) {
    if (known != null && known.refused() == null) {
      return null;
    }
    if (known != null && known.refused() == Refusal.NOT_PERMITTED) {
      return new NaiveLedger.Verdict(Refusal.NOT_PERMITTED, -1);
    }
    int operation =
        NaiveRoles.forbidden(submission.principal(), submission.transaction().operations());
    return operation < 0 ? null : new NaiveLedger.Verdict(Refusal.NOT_PERMITTED, operation);
  }

  /**
   * @param forbidden why the principal may not; null if it may
   * @param counts whether it is a request of its session, if it names one
   */
  private void execute(Step step, NaiveLedger.@Nullable Verdict forbidden, boolean counts) {
    Transaction transaction = step.submission().transaction();
    NaiveLedger.Verdict verdict =
        forbidden != null
            ? model.refuse(forbidden, step.time())
            : model.execute(
                transaction,
                step.time(),
                name -> ledger.queries().partition(name).map(PartitionInfo::version).orElse(0L),
                sessions.nonceOfAnother(step.submission()));
    Execution execution = ledger.execute(step.time(), step.submission());
    Leaf honest = assertInstanceOf(Execution.Executed.class, execution).leaf();
    Leaf faulty = fault.decided(honest, replica);
    Leaf leaf = faulty == null ? honest : faulty;
    replica.replay(leaf);
    if (faulty != null) {
      ledger = copyOf(replica);
    }
    fault.applied(leaf, replica.state());
    fault.applied(leaf, ledger.state());
    fault.appliedByDeciding(leaf, ledger.state());
    compare(transaction, verdict, leaf.outcome());
    if (counts) {
      sessions.remember(step.submission(), leaf.sequence(), verdict.committed());
    }
    assertEquals(model.state.sequence, ledger.sequence(), "sequence");
    assertEquals(replica.hash(), ledger.hash(), "hash of the replaying ledger and of this one");
  }

  private void compare(Transaction transaction, NaiveLedger.Verdict verdict, Outcome outcome) {
    switch (outcome) {
      case Outcome.Committed committed -> {
        if (!verdict.committed()) {
          throw new AssertionError(
              "committed, but the model refuses operation %d with %s"
                  .formatted(verdict.operation(), verdict.reason()));
        }
        model.learn(committed.events());
        coverage.committed(transaction.operations(), committed.events());
        ModelComparison comparison = new ModelComparison(model.state, ledger.state());
        comparison.touched(model.state.memory.touched);
        comparison.facts(committed.events());
      }
      case Outcome.Refused(long sequence, int operation, Refusal reason, String detail) -> {
        String said = reason + " at operation " + operation;
        String expected =
            verdict.committed()
                ? "committed"
                : verdict.reason() + " at operation " + verdict.operation();
        assertEquals(expected, said, () -> "at sequence " + sequence + ": " + detail);
        coverage.refused(transaction.operations(), reason);
      }
    }
    model.state.memory.touched.clear();
  }

  /** The ledger that the state's image describes. */
  private static Ledger copyOf(Ledger ledger) {
    return Ledger.restore(ledger.sequence(), ledger.hash(), LedgerFixture.records(ledger));
  }

  /** Compares all that there is, also with a ledger restored from an image. */
  void finish() {
    new ModelComparison(model.state, ledger.state()).everything();
    ledger.checkInvariants();
    List<StateRecord> records = LedgerFixture.records(ledger);
    Ledger restored = copyOf(ledger);
    assertEquals(ledger.hash(), restored.hash(), "hash of the restored ledger");
    LedgerTest.assertSame(records, LedgerFixture.records(restored));
    LedgerTest.assertSame(records, LedgerFixture.records(replica));
  }
}
