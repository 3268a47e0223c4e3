package org.ultravisor.chaos.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.raft.replica.Peer;

/** SIGKILL before, after and in the middle of a call, and what a start after it finds. */
final class KillTest {
  /** Of a run's calls, which are more: a kill behind the last would be none. */
  private static final int CALLS = 600;

  /** How often each; more on demand. */
  private static final int ROUNDS = Integer.getInteger("ultravisor.kills", 1);

  @TempDir private static Path temporary;

  @Test
  void aKilledReplicaRecovers() throws IOException, InterruptedException {
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    List<Integer> compared =
        Lanes.run(
            lane -> {
              Random random = new Random(seed + lane);
              int answers = 0;
              for (int round = 0; round < ROUNDS; round++) {
                int call = 1 + random.nextInt(CALLS);
                String rule =
                    switch (lane % 3) {
                      case 0 -> "kill before " + call;
                      case 1 -> "kill after " + call;
                      default -> "tear %d %d".formatted(call, random.nextInt(64));
                    };
                answers += killed(temporary.resolve(lane + "-" + round), rule, seed);
              }
              return answers;
            });
    System.out.printf(
        "Kills: %d, seed %d; answers compared: %s%n", Lanes.COUNT * ROUNDS, seed, compared);
  }

  private static int killed(Path directory, String rule, long seed)
      throws IOException, InterruptedException {
    Peer peer = Recorded.freePeer();
    Shim shim = Shim.of(directory.resolve("root"), directory.resolve("shim"), false);
    shim.rules(rule);
    try (VictimProcess victim = VictimProcess.start(shim, peer.id(), List.of(peer), 50)) {
      assertEquals(VictimProcess.KILLED, victim.end(), victim::tail);
    }
    List<String> report = shim.report();
    assertTrue(
        report.size() == 1 && report.getFirst().startsWith("killed "), () -> rule + ": " + report);
    try {
      return Recovery.check(shim.root(), List.of(peer));
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError(report.getFirst() + "; the seed was " + seed, e);
    }
  }
}
