package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random transactions against a ledger that goes page by page: same answers, same pages, same
 * everything. Repeat with {@code -Dultravisor.seed=N}; go on for longer with {@code
 * -Dultravisor.steps=N} operations.
 */
final class LedgerModelTest {
  private static final long SECONDS = Long.getLong("ultravisor.model.seconds", 12);

  /** Expiring sessions are {@link SessionsModelTest}'s. Rules rise but twice in a history. */
  private static final Set<String> BEYOND =
      Set.of("ActivateRules", "RulesActivated", "SessionExpired");

  @Test
  void answersAndStateAreThoseOfTheNaiveLedger() {
    long seed = Long.getLong("ultravisor.seed", new Random().nextLong());
    long operations = Long.getLong("ultravisor.steps", 0);
    ModelCoverage coverage = new ModelCoverage();
    new ModelSearch(seed, coverage).run(operations, SECONDS);
    assertTrue(coverage.share() > 0.4, () -> "too few transactions committed: " + coverage);
    assertEquals(
        Set.of(), missing(coverage.operationsMissing()), () -> "never committed: " + coverage);
    assertEquals(
        Set.of(),
        missing(coverage.refusalsMissing().stream().map(Refusal::name).toList()),
        () -> "never met: " + coverage);
    assertEquals(Set.of(), missing(coverage.factsMissing()), () -> "no facts: " + coverage);
  }

  private static Set<String> missing(List<String> never) {
    Set<String> missing = new TreeSet<>(never);
    missing.removeAll(BEYOND);
    return missing;
  }
}
