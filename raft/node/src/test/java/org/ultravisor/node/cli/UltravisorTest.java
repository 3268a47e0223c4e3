package org.ultravisor.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as such: help, usage errors, failures. */
class UltravisorTest {
  private final Cli cli = new Cli(Map.of());

  @Test
  void versionAndHelp() {
    assertEquals(ExitCode.OK, cli.run("--version"));
    assertTrue(cli.out.startsWith("ultravisor "), cli.out);
    assertEquals(ExitCode.OK, cli.run("--help"));
    assertTrue(cli.out.contains("Exit codes:"), cli.out);
  }

  @Test
  void nonsenseIsAUsageErrorOnStandardError() {
    for (String[] args : new String[][] {{}, {"foo"}, {"inventory", "--foo"}, {"inventory", "x"}}) {
      assertEquals(ExitCode.USAGE, cli.run(args));
      assertEquals("", cli.out);
      assertTrue(cli.err.contains("Usage: ultravisor"), cli.err);
    }
  }

  @Test
  void anEmptyDemoIsOnlyServed() {
    assertEquals(ExitCode.USAGE, cli.run("demo", "--empty"));
    assertTrue(cli.err.contains("--empty needs --serve"), cli.err);
  }

  @Test
  void inventoryAsTableAndAsJson(@TempDir Path root) throws IOException {
    Files.createDirectory(root.resolve("proc"));
    Files.writeString(root.resolve("proc/iomem"), "00100000-001fffff : System RAM\n");
    assertEquals(ExitCode.OK, cli.run("inventory", "--root", root.toString()));
    assertTrue(cli.out.contains("0x100000     256  1 MiB     0  DRAM\n"), cli.out);
    assertEquals(ExitCode.OK, cli.run("inventory", "--json", "--root", root.toString()));
    JsonNode json = new ObjectMapper().readTree(cli.out);
    assertEquals(256, json.get("pages").asLong());
    assertEquals(1, json.get("memory").size());
  }

  @Test
  void failuresGoToStandardErrorAndToJson(@TempDir Path root) throws IOException {
    Files.createDirectory(root.resolve("proc"));
    Files.writeString(root.resolve("proc/iomem"), "nonsense\n");
    assertEquals(ExitCode.FAILED, cli.run("inventory", "--root", root.toString(), "--json"));
    assertTrue(cli.err.contains("inventory failed: "), cli.err);
    JsonNode json = new ObjectMapper().readTree(cli.out);
    assertEquals(1, json.get("exitCode").asInt());
    assertTrue(json.get("error").asText().contains("iomem: line 1"), cli.out);
  }
}
