package org.ultravisor.ledger.core;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Runs random transactions for a while, a fresh ledger now and then; shortens what fails. */
final class ModelSearch {
  /** A ledger lives so long, so that its numbers and its history stay small. */
  private static final int STEPS_A_LEDGER = 3000;

  private static final int FULL_EVERY = 32;
  private static final long REPORT_NANOS = 5_000_000_000L;
  private static final System.Logger LOG = System.getLogger(ModelSearch.class.getName());

  private final long seed;
  private final ModelCoverage coverage;
  private final long started = System.nanoTime();
  private long lastReport = started;

  ModelSearch(long seed, ModelCoverage coverage) {
    this.seed = seed;
    this.coverage = coverage;
  }

  /**
   * @param operations how many at least; 0 to go by time alone
   * @param seconds how long, if no number of operations is given
   */
  void run(long operations, long seconds) {
    for (int life = 0; !done(operations, seconds); life++) {
      live(life);
    }
    report("finished");
  }

  private boolean done(long operations, long seconds) {
    if (operations > 0) {
      return coverage.operationsAsked >= operations;
    }
    long passed = (System.nanoTime() - started) / 1_000_000_000L;
    return passed >= seconds;
  }

  private void live(int life) {
    Random random = new Random(seed + life);
    ModelRun run = new ModelRun(coverage, ModelFault.NONE, FULL_EVERY);
    ModelTransactions transactions = new ModelTransactions(random, run);
    List<ModelRun.Step> steps = new ArrayList<>(ModelTransactions.setUp());
    try {
      steps.forEach(run::step);
      while (steps.size() < STEPS_A_LEDGER) {
        ModelRun.Step step = transactions.next();
        steps.add(step);
        run.step(step);
        if (System.nanoTime() - lastReport > REPORT_NANOS) {
          report("so far");
        }
      }
      run.finish();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(explained(life, steps, e), e);
    }
  }

  private String explained(int life, List<ModelRun.Step> steps, Throwable failure) {
    List<ModelRun.Step> shortened = shortened(shortened(steps, FULL_EVERY), 1);
    return "%s%nat step %d of ledger %d; repeat with -Dultravisor.seed=%d; shortened to %d steps:%n%s"
        .formatted(
            failure,
            steps.size(),
            life,
            seed + life,
            shortened.size(),
            ScenarioWords.scenario(shortened));
  }

  /** First as it was found, which is fast; then compared after every step, which is exact. */
  private static List<ModelRun.Step> shortened(List<ModelRun.Step> steps, int fullEvery) {
    return new ModelShrinker(() -> new ModelRun(new ModelCoverage(), ModelFault.NONE, fullEvery))
        .shortened(steps);
  }

  private void report(String when) {
    long now = System.nanoTime();
    lastReport = now;
    LOG.log(
        Level.INFO,
        "{0} after {1} s, {2} operations/s, repeat with -Dultravisor.seed={3}: {4}",
        when,
        (now - started) / 1_000_000_000L,
        coverage.operationsAsked * 1_000_000_000L / Math.max(1, now - started),
        Long.toString(seed),
        coverage);
  }
}
