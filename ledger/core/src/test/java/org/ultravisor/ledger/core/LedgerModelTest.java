package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random transactions against a ledger that goes page by page: same answers, same pages, same
 * everything. Repeat with {@code -Dultravisor.seed=N}; go on for longer with {@code
 * -Dultravisor.steps=N} operations.
 */
final class LedgerModelTest {
  private static final long SECONDS = Long.getLong("ultravisor.model.seconds", 12);

  /** There are no newer rules to activate yet. */
  private static final List<String> NEVER_COMMITTED = List.of("ActivateRules");

  @Test
  void answersAndStateAreThoseOfTheNaiveLedger() {
    long seed = Long.getLong("ultravisor.seed", new Random().nextLong());
    long operations = Long.getLong("ultravisor.steps", 0);
    ModelCoverage coverage = new ModelCoverage();
    new ModelSearch(seed, coverage).run(operations, SECONDS);
    assertTrue(coverage.share() > 0.4, () -> "too few transactions committed: " + coverage);
    assertEquals(NEVER_COMMITTED, coverage.operationsMissing(), "operations that never committed");
    assertEquals(List.of(), coverage.refusalsMissing(), "refusals that were never met");
    assertEquals(
        List.of("SessionExpired", "RulesActivated"),
        coverage.factsMissing(),
        "facts that never came about");
  }
}
