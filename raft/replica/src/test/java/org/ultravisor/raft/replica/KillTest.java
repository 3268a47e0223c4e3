package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicas in processes of their own, killed with SIGKILL: what was acknowledged is there. */
final class KillTest {
  /** How often the leader is killed; more on demand. */
  private static final int KILLS = Integer.getInteger("ultravisor.kills", 1);

  @TempDir private Path root;
  private List<Peer> peers = List.of();
  private Transport transport = Transport.WIRE;
  private final Map<String, Child> children = new TreeMap<>();

  /** A replica's process and the way to ask it. */
  private record Child(Process process, Writer questions, BufferedReader answers) {
    String ask(String question) {
      try {
        questions.write(question + "\n");
        questions.flush();
        String answer = answers.readLine();
        return answer == null ? "failed: the process has ended" : answer;
      } catch (IOException e) {
        return "failed: " + e;
      }
    }

    void kill() {
      process.destroyForcibly().onExit().join();
    }
  }

  private void startAll(Transport chosen) throws IOException {
    transport = chosen;
    peers = TestCluster.freePeers(3);
    for (Peer peer : peers) {
      start(peer.id());
    }
  }

  @AfterEach
  void killAll() {
    children.values().forEach(Child::kill);
  }

  private void start(String id) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(ReplicaProcess.class.getName(), id, root.resolve(id).toString(), transport.name()));
    peers.forEach(
        peer -> command.add("%s,%s,%d".formatted(peer.id(), peer.host(), peer.raftPort())));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    children.put(id, new Child(process, process.outputWriter(), process.inputReader()));
  }

  private String leader() {
    String[] found = new String[1];
    Await.until(
        "a leader",
        () -> {
          children.forEach(
              (id, child) -> found[0] = child.ask("leader").equals("true") ? id : found[0]);
          return found[0] != null;
        });
    return found[0];
  }

  /** Asks whoever leads until there is an answer of the form {@code WHAT NUMBER}; the number. */
  private long ask(String question, String what) {
    long[] number = new long[1];
    Await.until(
        () -> "an answer to " + question,
        () -> {
          String answer = child(leader()).ask(question);
          if (answer.startsWith(what + " ")) {
            number[0] = Long.parseLong(answer.substring(what.length() + 1));
          }
          return number[0] > 0;
        });
    return number[0];
  }

  private Child child(String id) {
    Child child = children.get(id);
    if (child == null) {
      throw new UncheckedIOException(new IOException("no child " + id));
    }
    return child;
  }

  @ParameterizedTest
  @EnumSource
  void nothingAcknowledgedIsLostOrDoubledWhenLeadersAreKilled(Transport transport)
      throws IOException {
    startAll(transport);
    long session = ask("open 1", "session");
    List<Long> sequences = new ArrayList<>();
    for (int round = 0; round < KILLS; round++) {
      create(session, 15, sequences);
      String victim = leader();
      child(victim).kill();
      children.remove(victim);
      create(session, 15, sequences);
      start(victim);
    }
    // Each request was executed once: the leaves are one after the other.
    long first = sequences.getFirst();
    assertEquals(LongStream.range(first, first + sequences.size()).boxed().toList(), sequences);
    assertEquals(first, ask("create %d 1".formatted(session), "sequence"));

    long last = sequences.getLast();
    Await.until(
        "the killed replicas to catch up",
        () ->
            children.values().stream()
                .allMatch(child -> child.ask("state").startsWith(last + " ")));
    Set<String> states = new HashSet<>();
    children.values().forEach(child -> states.add(child.ask("state")));
    assertEquals(1, states.size(), () -> "states differ: " + states);
    assertEquals(String.valueOf(last), child(leader()).ask("sequence"));
  }

  private void create(long session, int count, List<Long> sequences) {
    for (int i = 0; i < count; i++) {
      int request = sequences.size() + 1;
      sequences.add(ask("create %d %d".formatted(session, request), "sequence"));
    }
  }
}
