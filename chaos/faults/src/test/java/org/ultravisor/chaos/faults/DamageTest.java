package org.ultravisor.chaos.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.store.DurableFiles;

/**
 * A file of each kind that a replica keeps is damaged; then the replica is started. It recovers, so
 * that all of its answers and its audit log are as before, or refuses, naming a file and the
 * command that rebuilds it; nothing else. A sample; {@code -Dultravisor.damages=N} does all N
 * times.
 */
final class DamageTest {
  private static final int EACH = Integer.getInteger("ultravisor.damages", 0);

  @TempDir private static Path temporary;
  private static List<Recorded> runs = List.of();

  @BeforeAll
  static void record() throws IOException, InterruptedException {
    runs = Lanes.run(lane -> Recorded.run(temporary.resolve("run" + lane)));
  }

  private record Case(Damaged kind, Damaged.How how) {}

  @Test
  void damageIsMendedOrRefused() throws IOException, InterruptedException {
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    List<Case> cases = cases(new Random(seed));
    List<List<String>> outcomes =
        Lanes.run(
            lane -> {
              Random random = new Random(seed + lane);
              List<String> found = new ArrayList<>();
              for (int i = lane; i < cases.size(); i += Lanes.COUNT) {
                found.add(outcome(runs.get(lane), lane, cases.get(i), random, seed));
              }
              return found;
            });
    List<String> all = outcomes.stream().flatMap(List::stream).toList();
    long refused = all.stream().filter("F"::equals).count();
    System.out.printf("Damaged: %d, refused: %d, seed %d%n", all.size(), refused, seed);
    assertEquals(cases.size(), all.size());
    assertTrue(refused > 0 && refused < all.size(), "nothing was refused, or everything");
  }

  private static List<Case> cases(Random random) {
    List<Case> cases = new ArrayList<>();
    for (Damaged kind : Damaged.values()) {
      if (EACH == 0) {
        List<Damaged.How> hows = List.of(Damaged.How.values());
        cases.add(new Case(kind, hows.get(random.nextInt(hows.size()))));
      }
      for (int i = 0; i < EACH; i++) {
        for (Damaged.How how : Damaged.How.values()) {
          cases.add(new Case(kind, how));
        }
      }
    }
    return cases;
  }

  private static String outcome(Recorded run, int lane, Case one, Random random, long seed)
      throws IOException {
    Path root = temporary.resolve("damaged" + lane);
    Path replica = root.resolve(run.peer().id());
    copy(run.root(), root);
    if (one.kind() == Damaged.SNAPSHOT_NEEDED) {
      DurableFiles.deleteTree(replica.resolve("store"));
    }
    String what = Damaged.damage(one.kind().in(replica, random), one.how(), random);
    String outcome;
    try {
      assertEquals(Load.REQUESTS, Recovery.check(root, List.of(run.peer())));
      outcome = "R";
    } catch (IOException | RuntimeException | AssertionError e) {
      if (!isRefusal(e, replica)) {
        throw new AssertionError(what + "; the seed was " + seed, e);
      }
      outcome = "F";
    }
    assertTrue(
        one.kind().outcomes(one.how()).contains(outcome),
        what + " ended with " + outcome + "; the seed was " + seed);
    DurableFiles.deleteTree(root);
    return outcome;
  }

  /** Whether it names something in the replica's directory and the command. */
  private static boolean isRefusal(Throwable failure, Path replica) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains(replica.toString()) && message.contains("ultravisor cluster replace")) {
        return true;
      }
    }
    return false;
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(from)) {
      paths = walk.filter(path -> Shim.watched(from.relativize(path))).toList();
    }
    for (Path path : paths) {
      Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }
}
