package org.ultravisor.chaos.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of three replicas is killed at a call of its own, as follower and as leader; the others go on
 * and answer as it had answered, and once it is back all are equal.
 */
final class MemberCrashTest {
  private static final int ROUNDS = Integer.getInteger("ultravisor.kills", 1);
  private static final int MOST_REQUESTS = 900;

  /** So long that it does not stand for election while another leads. */
  private static final long FOLLOWER_MILLIS = 20_000;

  @TempDir private static Path temporary;

  @Test
  void aKilledFollowerComesBackEqual() throws IOException, InterruptedException {
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String rule = "kill before " + (1 + random.nextInt(450));
      Path root = temporary.resolve("follower" + round);
      Shim shim = shim(root, rule);
      try (Others others = new Others(shim.root());
          VictimProcess victim =
              VictimProcess.start(shim, Others.THIRD, others.peers(), FOLLOWER_MILLIS)) {
        long session = Load.openSession(others.leader());
        List<String> answers = new ArrayList<>();
        while (victim.isAlive() && answers.size() < MOST_REQUESTS) {
          answers.add(others.ask(session, answers.size() + 1));
        }
        assertKilled(victim, shim, rule);
        others.comesBack(session, answers);
      }
      System.out.printf("%s, seed %d%n", shim.report(), seed);
    }
  }

  @Test
  void aKilledLeaderComesBackEqual() throws IOException, InterruptedException {
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String rule = "tear %d %d".formatted(150 + random.nextInt(400), random.nextInt(40));
      Path root = temporary.resolve("leader" + round);
      Shim shim = shim(root, rule);
      try (Others others = new Others(shim.root());
          VictimProcess victim =
              VictimProcess.start(shim, Others.THIRD, others.peers(), FOLLOWER_MILLIS)) {
        Await.until(
            "r3 to lead and die",
            () -> {
              others.handOver();
              return !victim.isAlive();
            });
        assertKilled(victim, shim, rule);
        List<String> answers = Answers.read(VictimProcess.answers(shim.root()));
        long session = Load.openSession(others.leader());
        List<String> again = new ArrayList<>();
        for (int request = 1; request <= answers.size() + 5; request++) {
          again.add(others.ask(session, request));
        }
        Recovery.requireEqual(answers, again);
        others.comesBack(session, again);
        System.out.printf("%s, %d answers, seed %d%n", shim.report(), answers.size(), seed);
      }
    }
  }

  private static Shim shim(Path directory, String rule) throws IOException {
    Shim shim = Shim.of(directory.resolve("root"), directory.resolve("shim"), false);
    shim.rules(rule);
    return shim;
  }

  private static void assertKilled(VictimProcess victim, Shim shim, String rule)
      throws IOException, InterruptedException {
    assertEquals(VictimProcess.KILLED, victim.end(), () -> rule + ": " + victim.tail());
    List<String> report = shim.report();
    assertTrue(
        report.size() == 1 && report.getFirst().startsWith("killed "), () -> rule + ": " + report);
  }
}
