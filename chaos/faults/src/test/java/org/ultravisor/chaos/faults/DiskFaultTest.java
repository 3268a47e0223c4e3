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
import org.ultravisor.raft.replica.Peer;

/**
 * Disks that fail under a running replica: the process ends at once, and once the disk is well
 * again a start recovers. Which call is the first to fail is random; see the seed. With {@code
 * -Dultravisor.disk.fault.step=N} every Nth call is, of each kind of fault.
 */
final class DiskFaultTest {
  private static final int ROUNDS = Integer.getInteger("ultravisor.disk.faults", 1);
  private static final int STEP = Integer.getInteger("ultravisor.disk.fault.step", 0);

  /** From which matching call on; below how many there are in a run. */
  private enum Fault {
    LOG_SYNC("fail EIO sync /current/log_ %d -1", 40, true),
    LOG_WRITE("fail EIO write /current/log_ %d -1", 40, true),
    FULL("fail ENOSPC create,write,allocate,mkdir,link,rename r1/ %d -1", 180, true),
    READ_ONLY("fail EROFS any r1/ %d -1", 300, true),
    STORE_SYNC("fail EIO sync /store/ %d -1", 40, true),
    STORE_WRITE("fail EIO write,create /store/ %d -1", 40, true),
    SNAPSHOT("fail EIO any snapshot %d -1", 20, true),
    SLOW_LOG("hang 1500 sync /current/log_ %d 1", 30, false);

    final String rule;
    final int first;
    final boolean ends;

    Fault(String rule, int first, boolean ends) {
      this.rule = rule;
      this.first = first;
      this.ends = ends;
    }
  }

  @TempDir private static Path temporary;

  @Test
  void aReplicaWhoseDiskFailsEndsAndRecovers() throws IOException, InterruptedException {
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    List<Case> cases = cases(new Random(seed));
    List<List<String>> ends =
        Lanes.run(
            lane -> {
              List<String> found = new ArrayList<>();
              for (int i = lane; i < cases.size(); i += Lanes.COUNT) {
                Case each = cases.get(i);
                Path directory = temporary.resolve("fault" + i);
                found.add(each.rule() + ": " + end(directory, each.fault(), each.rule(), seed));
              }
              return found;
            });
    ends.forEach(found -> found.forEach(System.out::println));
  }

  private record Case(Fault fault, String rule) {}

  private static List<Case> cases(Random random) {
    List<Case> cases = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      if (STEP > 0) {
        for (int call = 0; call < fault.first; call += STEP) {
          cases.add(new Case(fault, fault.rule.formatted(call)));
        }
      } else {
        for (int round = 0; round < ROUNDS; round++) {
          cases.add(new Case(fault, fault.rule.formatted(random.nextInt(fault.first))));
        }
      }
    }
    return cases;
  }

  private static String end(Path directory, Fault fault, String rule, long seed)
      throws IOException, InterruptedException {
    Peer peer = Recorded.freePeer();
    Shim shim = Shim.of(directory.resolve("root"), directory.resolve("shim"), false);
    shim.rules(rule);
    int exit;
    String output;
    try (VictimProcess victim = VictimProcess.start(shim, peer.id(), List.of(peer), 50)) {
      exit = victim.end();
      output = victim.tail();
    }
    List<Integer> right = fault.ends ? List.of(Victim.FAILED, Victim.REFUSED) : List.of(0);
    assertTrue(
        right.contains(exit), "%s: exit code %d, seed %d%n%s".formatted(rule, exit, seed, output));
    long planted = shim.report().stream().filter(line -> line.matches("(failed|hung) .*")).count();
    assertTrue(planted > 0, () -> rule + " did not happen");
    int answers = Recovery.check(shim.root(), List.of(peer));
    if (!fault.ends) {
      assertEquals(Load.REQUESTS, answers);
    }
    return "exit code %d, %d calls hit, %d answers".formatted(exit, planted, answers);
  }
}
