package org.ultravisor.chaos.faults;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.store.DurableFiles;

/**
 * The disk as a SIGKILL before any call of a run leaves it, and in the middle of any write. Runs
 * are recorded; the states between their calls are made from the record and recovered in this
 * process, which is much faster than killing as many processes. {@link KillTest} shows that a real
 * SIGKILL is no different. With {@code -Dultravisor.crash.points=all} every state, else a sample,
 * which {@code -Dultravisor.seed} repeats for the same calls.
 */
final class CrashStatesTest {
  private static final int SAMPLES_PER_LANE = 5;

  @TempDir private static Path temporary;
  private static List<Recorded> runs = List.of();

  @BeforeAll
  static void record() throws IOException, InterruptedException {
    runs = Lanes.run(lane -> Recorded.run(temporary.resolve("run" + lane)));
  }

  @Test
  void everythingThatTheProcessesChangedWasSeen() throws IOException {
    for (Recorded run : runs) {
      DiskImage image = new DiskImage();
      run.changes().forEach(image::apply);
      assertNull(image.difference(run.root()));
      Map<Change.Kind, Integer> kinds = new EnumMap<>(Change.Kind.class);
      run.changes().forEach(change -> kinds.merge(change.kind(), 1, Integer::sum));
      for (Change.Kind kind : Change.Kind.values()) {
        assertTrue(kinds.containsKey(kind), () -> "no call of the kind " + kind + ": " + kinds);
      }
      System.out.println("Calls of a run: " + run.changes().size() + " " + kinds);
    }
  }

  @Test
  void everyStateIsRecovered() throws IOException, InterruptedException {
    boolean all = System.getProperty("ultravisor.crash.points", "").equals("all");
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    List<Integer> compared =
        Lanes.run(lane -> recover(runs.get(lane), lane, new Random(seed + lane), all, seed));
    int answers = compared.stream().mapToInt(Integer::intValue).sum();
    System.out.printf(
        "States recovered: %s, seed %d; answers compared: %d%n",
        all ? "all" : Lanes.COUNT * SAMPLES_PER_LANE, seed, answers);
    assertTrue(answers > 0, "no answer was compared");
  }

  /** A lane's states: a sample of its run's, or, of all, every third. */
  private static int recover(Recorded run, int lane, Random random, boolean all, long seed)
      throws IOException {
    List<Integer> points = new ArrayList<>();
    for (int point = lane; point <= run.changes().size(); point += Lanes.COUNT) {
      points.add(point);
    }
    if (!all) {
      Collections.shuffle(points, random);
      points = points.subList(0, SAMPLES_PER_LANE);
    }
    int compared = 0;
    Path root = temporary.resolve("state" + lane);
    for (int point : points) {
      DiskImage image = new DiskImage();
      run.changes().subList(0, point).forEach(image::apply);
      String what = "after %d of %d calls".formatted(point, run.changes().size());
      if (point < run.changes().size()) {
        Change next = run.changes().get(point);
        what += ", before " + next;
        if (next.kind() == Change.Kind.WRITE) {
          int bytes = random.nextInt(next.length());
          image.applyTorn(next, bytes);
          what += ", of which it did " + bytes;
        }
      }
      image.writeTo(root);
      try {
        compared += Recovery.check(root, List.of(run.peer()));
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError(what + "; the seed was " + seed, e);
      }
      DurableFiles.deleteTree(root);
    }
    return compared;
  }
}
