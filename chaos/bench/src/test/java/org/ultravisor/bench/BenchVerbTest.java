package org.ultravisor.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ultravisor.node.cli.ExitCode;
import org.ultravisor.node.cli.Terminal;
import org.ultravisor.node.cli.Ultravisor;

class BenchVerbTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void listNamesTheCases() {
    assertEquals(ExitCode.OK, run("bench", "list"));
    assertTrue(out.toString().contains("H "), out.toString());
  }

  @Test
  void anUnknownCaseIsAUsageErrorThatNamesTheKnownOnes() {
    assertEquals(ExitCode.USAGE, run("bench", "run", "Z"));
    assertTrue(err.toString().contains("no case 'Z'; the cases are"), err.toString());
  }

  @Test
  void nonsenseSettingsAreUsageErrors() {
    assertEquals(ExitCode.USAGE, run("bench", "run", "H", "--runs", "0"));
    assertTrue(err.toString().contains("runs must be in 1..1000: 0"), err.toString());
    assertEquals(ExitCode.USAGE, run("bench"));
  }

  private int run(String... arguments) {
    return Ultravisor.run(
        new Terminal(
            InputStream.nullInputStream(),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            Map.of()),
        arguments);
  }
}
