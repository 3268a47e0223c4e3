package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ultravisor.raft.replica.Peer;

/** Starts {@link Victim} with the shim before the C library. It is killed when this is closed. */
final class VictimProcess implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(90);

  /** How a process that killed itself with SIGKILL ends. */
  static final int KILLED = 128 + 9;

  private final Process process;
  private final Path output;

  private VictimProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * @param shim whose root holds the replica's directory, by its id, and the answers
   * @param leastMillis of its election timeouts
   */
  static VictimProcess start(Shim shim, String id, List<Peer> peers, long leastMillis)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Victim.class.getName()));
    command.add(id);
    command.add(shim.root().resolve(id).toString());
    command.add(answers(shim.root()).toString());
    command.add(Long.toString(leastMillis));
    peers.forEach(
        peer -> command.add("%s,%s,%d".formatted(peer.id(), peer.host(), peer.raftPort())));
    Path output = shim.files().resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(shim.environment());
    return new VictimProcess(builder.start(), output);
  }

  static Path answers(Path root) {
    return root.resolve("answers");
  }

  /** Waits for its end; gives its exit code. */
  int end() throws InterruptedException {
    if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the process runs on; its output ends so:\n" + tail());
    }
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it said last, for a message. */
  String tail() {
    try {
      List<String> lines = Files.readAllLines(output);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "no output: " + e;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
