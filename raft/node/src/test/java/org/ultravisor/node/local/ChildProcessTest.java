package org.ultravisor.node.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
  @TempDir Path directory;

  @Test
  void anEndedProgramIsReportedWithItsLastWords() throws Exception {
    ChildProcess child = start("sh", "-c", "echo no such page; exit 7");
    assertTrue(child.awaitEnd(Duration.ofSeconds(20)));
    IOException e = assertThrows(IOException.class, child::requireAlive);
    assertTrue(e.toString().contains("exit code 7"), e.toString());
    assertTrue(e.toString().contains("no such page"), e.toString());
  }

  @Test
  void stopIsPoliteAndKillIsNot() throws Exception {
    ChildProcess polite = start("sleep", "60");
    assertEquals(128 + 15, polite.stop());
    ChildProcess killed = start("sleep", "60");
    killed.kill();
    assertFalse(killed.isAlive());
  }

  @Test
  void portsDiffer() throws IOException {
    List<Integer> ports = FreePorts.find(8);
    assertEquals(8, new HashSet<>(ports).size());
  }

  @Test
  void directoriesGoWhenClosed() throws IOException {
    Directories places = Directories.create("test");
    Files.writeString(places.host().resolve("view"), "x");
    Files.createDirectories(places.disk().resolve("a/b"));
    places.close();
    assertFalse(Files.exists(places.host()));
    assertFalse(Files.exists(places.disk()));
  }

  private ChildProcess start(String... command) throws IOException {
    return ChildProcess.start(command[0], directory.resolve("log"), List.of(command));
  }
}
