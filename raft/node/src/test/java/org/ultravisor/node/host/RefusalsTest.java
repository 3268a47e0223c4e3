package org.ultravisor.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;

/**
 * What docs/language.md says that an operation may be refused for is all that random histories are
 * refused for. Repeat with {@code -Dultravisor.seed=N}.
 */
class RefusalsTest {
  private static final Path GUIDE = Path.of("../../docs/language.md");
  private static final int TRANSACTIONS = 4000;

  @TempDir Path root = Path.of("");

  @Test
  void everyRefusalThatOccursIsInTheGuide() throws IOException {
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    Set<String> met = new TreeSet<>();
    try (ProjectorFixture fixture = new ProjectorFixture(root)) {
      fixture.commit(ProjectorFixture.ATTACH);
      fixture.attachHostAndMonitors();
      RandomHistory history = new RandomHistory(new Random(seed), fixture.queries());
      for (int i = 0; i < TRANSACTIONS; i++) {
        fixture.pass(20);
        List<Operation> operations = history.transaction();
        if (fixture.submit(operations) instanceof Outcome.Refused refused
            && refused.operation() >= 0) {
          Operation operation = operations.get(refused.operation());
          met.add(operation.getClass().getSimpleName() + " " + refused.reason());
        }
      }
    }
    Set<String> said = said();
    met.removeIf(said::contains);
    assertEquals(Set.of(), met, "not in the guide; repeat with -Dultravisor.seed=" + seed);
    assertTrue(said.size() > 100, "the guide names only " + said.size());
  }

  private static Set<String> said() throws IOException {
    Set<String> said = new TreeSet<>();
    Pattern section = Pattern.compile("^### (\\w+)$|^Refused: (.*)$", Pattern.MULTILINE);
    Matcher found = section.matcher(Files.readString(GUIDE));
    String operation = "";
    while (found.find()) {
      if (found.group(1) != null) {
        operation = found.group(1);
      } else {
        Matcher reason = Pattern.compile("`(\\w+)`").matcher(found.group(2));
        while (reason.find()) {
          said.add(operation + " " + reason.group(1));
        }
      }
    }
    return said;
  }
}
