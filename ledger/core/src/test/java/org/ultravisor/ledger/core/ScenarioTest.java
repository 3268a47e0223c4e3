package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Plays the scenarios in {@code src/test/resources/scenarios}: commands, a line {@code ----}, what
 * they print, an empty line. {@code -Dultravisor.scenarios.rewrite=true} records what they print
 * now; review the difference.
 */
final class ScenarioTest {
  private static final Path FOLDER = Path.of("src/test/resources/scenarios");
  private static final String END_OF_COMMANDS = "----";

  private static List<Path> scenarios() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> scenario() {
    return scenarios().stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
  }

  private static void play(Path file) throws IOException {
    String recorded = Files.readString(file);
    String played = played(recorded);
    if (Boolean.getBoolean("ultravisor.scenarios.rewrite")) {
      Files.writeString(file, played);
    } else {
      assertEquals(recorded, played, file + ": review, then record again with the rewrite flag");
    }
  }

  /** The scenario with what its commands print now. */
  private static String played(String recorded) {
    Scenario scenario = new Scenario();
    StringBuilder played = new StringBuilder();
    List<String> commands = new ArrayList<>();
    boolean inOutput = false;
    for (String line : recorded.lines().toList()) {
      if (line.equals(END_OF_COMMANDS)) {
        played.append(line).append('\n');
        commands.forEach(command -> played.append(scenario.run(command)));
        commands.clear();
        inOutput = true;
      } else if (line.isEmpty()) {
        played.append('\n');
        inOutput = false;
      } else if (!inOutput) {
        played.append(line).append('\n');
        if (!line.startsWith("#")) {
          commands.add(line);
        }
      }
    }
    scenario.replay();
    return played.toString();
  }

  @Test
  void everyRefusalAndEveryOperationHasItsScenario() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : scenarios()) {
      all.append(Files.readString(file));
    }
    String text = all.toString();
    for (Refusal refusal : Refusal.values()) {
      assertTrue(text.contains(" " + refusal + ": "), "no scenario meets " + refusal);
    }
    for (Class<?> fact : Event.class.getPermittedSubclasses()) {
      assertTrue(
          text.contains("  " + fact.getSimpleName() + "["),
          "no scenario shows " + fact.getSimpleName());
    }
  }
}
