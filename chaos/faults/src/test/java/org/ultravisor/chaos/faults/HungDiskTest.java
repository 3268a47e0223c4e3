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
 * The leader's disk takes every call and answers none, while its network is as good as ever, so
 * that no election would begin by itself: it gives up leadership, or its process ends. The others
 * go on, and once its disk is well again it comes back equal.
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
    Path written = VictimProcess.answers(shim.root());
    try (Others others = new Others(shim.root());
        VictimProcess victim =
            VictimProcess.start(shim, Others.THIRD, others.peers(), FOLLOWER_MILLIS)) {
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

      List<String> answers = Answers.read(written);
      long session = Load.openSession(others.leader());
      List<String> again = new ArrayList<>();
      for (int request = 1; request <= answers.size() + 5; request++) {
        again.add(others.ask(session, request));
      }
      Recovery.requireEqual(answers, again);
      assertTrue(shim.report().stream().anyMatch(line -> line.startsWith("hung ")), "no call hung");
      assertTrue(without.compareTo(LONGEST) < 0, () -> "it led on for " + without);
      System.out.printf(
          "another leads after %d ms; r3 %s%n",
          without.toMillis(), victim.isAlive() ? "follows" : "has ended");
      if (!victim.isAlive()) {
        assertEquals(Victim.FAILED, victim.end(), victim::tail);
      }
      victim.close();
      others.comesBack(session, again);
    }
  }

  private static int answered(Path written) {
    try {
      return Answers.read(written).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
