package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A run that fails is shortened to what it takes, in words that a scenario understands. */
final class ModelShrinkerTest {

  /** Processors that are released stay where they were. */
  private static final class LostProcessor implements ModelFault {
    @Override
    public void applied(Leaf leaf, State state) {
      if (leaf.outcome() instanceof Outcome.Committed committed) {
        for (Event event : committed.events()) {
          if (event instanceof Event.ProcessorReleased released
              && state.partitions.get(released.partition()) != null) {
            ProcessorInfo processor = state.processors.require(released.processor());
            state.processors.put(released.processor(), processor.heldBy(released.partition(), 0));
          }
        }
      }
    }
  }

  private static ModelRun faulty(int fullEvery) {
    return new ModelRun(new ModelCoverage(), new LostProcessor(), fullEvery);
  }

  @Test
  void failingRunIsShortenedToWhatItTakes() {
    ModelRun run = faulty(32);
    ModelTransactions transactions = new ModelTransactions(new Random(7), run);
    List<ModelRun.Step> steps = new ArrayList<>(ModelTransactions.setUp());
    steps.forEach(run::step);
    assertThrows(
        AssertionError.class,
        () -> {
          while (steps.size() < 5000) {
            ModelRun.Step step = transactions.next();
            steps.add(step);
            run.step(step);
          }
        });
    List<ModelRun.Step> shortened = new ModelShrinker(() -> faulty(1)).shortened(steps);
    String text = ScenarioWords.scenario(shortened);
    // A session, a partition, a processor, who has it, that it is released; no thousand steps.
    assertTrue(shortened.size() <= 8, text);
    assertTrue(text.contains("processor "), text);
    Scenario scenario = new Scenario();
    String answers = text.lines().map(scenario::run).reduce("", String::concat);
    assertTrue(answers.contains("ProcessorReleased["), () -> text + "----\n" + answers);
  }

  @Test
  void everyOperationCanBeSaidInTheWordsOfScenarios() {
    ModelRun run = new ModelRun(new ModelCoverage(), ModelFault.NONE, 1000);
    ModelTransactions transactions = new ModelTransactions(new Random(3), run);
    ModelTransactions.setUp().forEach(run::step);
    for (int i = 0; i < 1000; i++) {
      ModelRun.Step step = transactions.next();
      run.step(step);
      for (Operation operation : step.submission().transaction().operations()) {
        String words = ScenarioWords.operation(operation);
        assertEquals(operation, ScenarioVerbs.operation(words), words);
      }
      for (Precondition precondition : step.submission().transaction().preconditions()) {
        String words = ScenarioWords.precondition(precondition);
        assertEquals(precondition, ScenarioVerbs.precondition(words), words);
      }
    }
  }
}
