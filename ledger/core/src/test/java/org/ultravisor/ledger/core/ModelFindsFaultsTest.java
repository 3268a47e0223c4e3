package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every planted fault is found by random transactions, by the invariants that are always on or by
 * the comparison with the model, within a budget of operations; the log has the table.
 */
final class ModelFindsFaultsTest {
  private static final int MOST_OPERATIONS = 150_000;
  private static final int STEPS_A_LEDGER = 1500;
  private static final int FULL_EVERY = 16;

  /** When and by what a fault was found. */
  private record Found(long operations, long millis, String how) {}

  @Test
  void everyPlantedFaultIsFound() {
    long seed = Long.getLong("ultravisor.seed", 1);
    StringBuilder table = new StringBuilder("fault | operations | ms | found by\n");
    List<String> missed = new ArrayList<>();
    for (Map.Entry<String, ModelFault> fault : PlantedFaults.all().entrySet()) {
      Found found = search(fault.getValue(), seed);
      if (found == null) {
        missed.add(fault.getKey());
      } else {
        table.append(
            "%s | %,d | %d | %s%n"
                .formatted(fault.getKey(), found.operations(), found.millis(), found.how()));
      }
    }
    System.getLogger(ModelFindsFaultsTest.class.getName()).log(Level.INFO, table.toString());
    assertTrue(missed.isEmpty(), () -> "not found with -Dultravisor.seed=" + seed + ": " + missed);
  }

  private static @Nullable Found search(ModelFault fault, long seed) {
    ModelCoverage coverage = new ModelCoverage();
    long started = System.nanoTime();
    for (int life = 0; coverage.operationsAsked < MOST_OPERATIONS; life++) {
      ModelRun run = new ModelRun(coverage, fault, FULL_EVERY);
      ModelTransactions transactions = new ModelTransactions(new Random(seed + life), run);
      try {
        ModelTransactions.setUp().forEach(run::step);
        for (int step = 0; step < STEPS_A_LEDGER; step++) {
          run.step(transactions.next());
        }
        run.finish();
      } catch (AssertionError | InvariantViolation e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return new Found(
            coverage.operationsAsked,
            (System.nanoTime() - started) / 1_000_000,
            (e instanceof InvariantViolation ? "invariant: " : "model: ")
                + message.substring(0, Math.min(message.length(), 110)));
      }
    }
    return null;
  }
}
