package org.ultravisor.chaos.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The leader's disk takes every call and answers none, while its network is as good as ever: it
 * gives up leadership, or its process ends. The others go on, and once its disk is well again it
 * comes back equal.
 */
final class HungDiskTest {
  /** So long that it does not stand for election while another leads. */
  private static final long FOLLOWER_MILLIS = 20_000;

  /** It gives up after one of these, ends after two; then the others elect, on a busy machine. */
  private static final Duration LONGEST = Victim.STALLED_DISK.multipliedBy(2).plusSeconds(20);

  private static final int ANSWERS_BEFORE = 3;

  @TempDir private static Path temporary;

  @Test
  void aLeaderWhoseDiskHangsGivesUp() throws IOException, InterruptedException {
    Shim shim = Shim.of(temporary.resolve("root"), temporary.resolve("shim"), false);
    try (Others others = new Others(shim.root())) {
      List<String> answers = new ArrayList<>();
      long session;
      try (VictimProcess victim =
          VictimProcess.start(shim, Others.THIRD, others.peers(), FOLLOWER_MILLIS)) {
        session = hang(shim, others, victim, answers);
      }
      others.comesBack(session, answers);
    }
  }

  /** Lets r3 lead and its disk hang; the others answer what it answered, and more. */
  private static long hang(Shim shim, Others others, VictimProcess victim, List<String> answers)
      throws IOException, InterruptedException {
    Path written = VictimProcess.answers(shim.root());
    Await.until(
        "r3 to lead and answer",
        () -> {
          others.handOver();
          return answered(written) >= ANSWERS_BEFORE;
        });
    shim.rules("hang 600000 any " + Others.THIRD + "/ 0 -1");
    long hung = System.nanoTime();
    others.leader();
    Duration without = Duration.ofNanos(System.nanoTime() - hung);
    assertTrue(without.compareTo(LONGEST) < 0, () -> "it led on for " + without);
    assertTrue(shim.report().stream().anyMatch(line -> line.startsWith("hung ")), "no call hung");

    List<String> before = Answers.read(written);
    long session = Load.openSession(others.leader());
    for (int request = 1; request <= before.size() + 5; request++) {
      answers.add(others.ask(session, request));
    }
    Recovery.requireEqual(before, answers);
    System.out.printf(
        "another leads after %d ms; r3 %s%n",
        without.toMillis(), victim.isAlive() ? "follows" : "has ended");
    if (!victim.isAlive()) {
      assertEquals(Victim.FAILED, victim.end(), victim::tail);
    }
    return session;
  }

  private static int answered(Path written) {
    try {
      return Answers.read(written).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
