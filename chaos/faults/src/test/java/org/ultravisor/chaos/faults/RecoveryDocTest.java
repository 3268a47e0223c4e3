package org.ultravisor.chaos.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/recovery.md has the table that {@link DamageTest} holds the replica to. */
final class RecoveryDocTest {
  private static final Path PAGE = Path.of("../../docs/recovery.md");
  private static final String BEGIN = "<!-- generated -->\n";
  private static final String END = "<!-- end -->\n";

  @Test
  void thePageHasTheTable() throws IOException {
    String page = Files.readString(PAGE);
    String expected =
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
            + table()
            + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("ultravisor.docs.rewrite")) {
      Files.writeString(PAGE, expected);
    }
    assertEquals(
        expected,
        Files.readString(PAGE),
        "docs/recovery.md is out of date; write it with -Dultravisor.docs.rewrite=true");
  }

  private static String table() {
    StringBuilder table =
        new StringBuilder(
            "| file | a bit flipped | cut short | gone |\n| --- | --- | --- | --- |\n");
    for (Damaged kind : Damaged.values()) {
      table.append("| ").append(kind.title());
      for (Damaged.How how : Damaged.How.values()) {
        table.append(" | ").append(words(kind.outcomes(how)));
      }
      table.append(" |\n");
    }
    return table.toString();
  }

  private static String words(String outcomes) {
    return switch (outcomes) {
      case "R" -> "recovers";
      case "F" -> "refuses";
      default -> "recovers or refuses";
    };
  }
}
