package org.ultravisor.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.bridge.HostDirectory;

/** Acknowledgement files by the numbers of {@code monitor-bridge/layout/ack.md}. */
class AnswerFilesTest {
  @TempDir Path root = Path.of("");

  @Test
  void readsMonitorsAndLeavesOutWhatCannotBeBelieved() throws IOException {
    HostDirectory directory = new HostDirectory(root).create();
    long own = ProcessHandle.current().pid();
    write(directory.monitorAck("p"), "p", own, 0, 0);
    write(directory.monitorAck("dead"), "dead", own, 123, 0);
    write(directory.monitorAck("ended"), "ended", own, 0, 1);
    write(directory.monitorAck("renamed"), "other", own, 0, 0);
    Files.writeString(directory.monitorAck("short"), "short");
    AnswerFiles files = new AnswerFiles(directory, "h");
    Answers answers = files.read(HostFacts.NONE);
    assertEquals(
        List.of(
            new Answers.Monitor("dead", 42, 6, 99, false),
            new Answers.Monitor("ended", 42, 6, 99, false),
            new Answers.Monitor("p", 42, 6, 99, true)),
        answers.monitors());
    assertNull(answers.agent());
  }

  @Test
  void anEmptyHostHasNoAnswers() throws IOException {
    assertEquals(Answers.NONE, new AnswerFiles(new HostDirectory(root), "h").read(HostFacts.NONE));
  }

  @Test
  void lifeIsNumberAndStart() {
    long own = ProcessHandle.current().pid();
    assertTrue(ProcessLife.isAlive(own, 0));
    assertFalse(ProcessLife.isAlive(own, 1), "another process with the same number");
    assertFalse(ProcessLife.isAlive(0, 0));
  }

  private static void write(Path file, String partition, long pid, long start, long ended)
      throws IOException {
    FakeAnswers.monitor(file, partition, 42, pid, start, 6, 99, ended);
  }
}
