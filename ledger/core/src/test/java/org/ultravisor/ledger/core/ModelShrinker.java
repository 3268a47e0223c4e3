package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Shortens a list of transactions that makes the ledger and the model differ: leaves out ever
 * smaller parts for as long as what is left still fails, then single operations.
 */
final class ModelShrinker {
  /** So long at most; a shorter list is only a convenience. */
  private static final long MOST_NANOS = 30_000_000_000L;

  private final Supplier<ModelRun> fresh;
  private final long started = System.nanoTime();

  ModelShrinker(Supplier<ModelRun> fresh) {
    this.fresh = fresh;
  }

  List<ModelRun.Step> shortened(List<ModelRun.Step> failing) {
    List<ModelRun.Step> left = untilFailure(failing);
    for (int part = Math.max(1, left.size() / 2); part > 0; part /= 2) {
      left = without(left, part);
    }
    left = withoutOperations(left);
    return without(left, 1);
  }

  /** The steps up to the one that fails; all of them if only the end showed it. */
  private List<ModelRun.Step> untilFailure(List<ModelRun.Step> steps) {
    int failed = failure(steps);
    return failed < 0 ? steps : List.copyOf(steps.subList(0, failed + 1));
  }

  /** Index of the step that fails; -1 if none does. */
  private int failure(List<ModelRun.Step> steps) {
    ModelRun run = fresh.get();
    int at = 0;
    try {
      for (ModelRun.Step step : steps) {
        run.step(step);
        at++;
      }
      run.finish();
      return -1;
    } catch (AssertionError | RuntimeException e) {
      return Math.min(at, steps.size() - 1);
    }
  }

  private List<ModelRun.Step> without(List<ModelRun.Step> steps, int part) {
    List<ModelRun.Step> left = steps;
    int from = Math.max(0, left.size() - 1 - part);
    while (left.size() > 1 && System.nanoTime() - started < MOST_NANOS) {
      List<ModelRun.Step> tried = new ArrayList<>(left);
      tried.subList(from, Math.min(from + part, left.size())).clear();
      int failed = tried.isEmpty() ? -1 : failure(tried);
      if (failed >= 0) {
        left = List.copyOf(tried.subList(0, failed + 1));
      }
      if (from == 0) {
        break;
      }
      from = Math.max(0, Math.min(from, left.size()) - part);
    }
    return left;
  }

  private List<ModelRun.Step> withoutOperations(List<ModelRun.Step> steps) {
    List<ModelRun.Step> left = new ArrayList<>(steps);
    for (int i = left.size() - 1; i >= 0; i--) {
      for (int op = left.get(i).submission().transaction().operations().size() - 1; op >= 0; op--) {
        ModelRun.Step whole = left.get(i);
        if (whole.submission().transaction().operations().size() > 1
            && System.nanoTime() - started < MOST_NANOS) {
          left.set(i, without(whole, op));
          if (failure(left) < 0) {
            left.set(i, whole);
          }
        }
      }
    }
    return untilFailure(left);
  }

  private static ModelRun.Step without(ModelRun.Step step, int operation) {
    Transaction whole = step.submission().transaction();
    List<Operation> operations = new ArrayList<>(whole.operations());
    operations.remove(operation);
    return new ModelRun.Step(
        step.time(),
        new Submission(
            step.submission().principal(),
            new Transaction(
                whole.session(),
                whole.requestId(),
                whole.lowestUnanswered(),
                whole.issuer(),
                whole.preconditions(),
                operations),
            operations.hashCode()));
  }
}
