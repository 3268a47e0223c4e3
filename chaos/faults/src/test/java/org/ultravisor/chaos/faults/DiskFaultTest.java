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
 * again a start recovers. Which call is the first to fail is random; see the seed.
 */
final class DiskFaultTest {
  private static final int ROUNDS = Integer.getInteger("ultravisor.disk.faults", 1);

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
    List<List<String>> ends =
        Lanes.run(
            lane -> {
              Random random = new Random(seed + lane);
              List<String> found = new ArrayList<>();
              for (int i = lane; i < ROUNDS * Fault.values().length; i += Lanes.COUNT) {
                Fault fault = List.of(Fault.values()).get(i % Fault.values().length);
                String rule = fault.rule.formatted(random.nextInt(fault.first));
                found.add(rule + ": " + end(temporary.resolve("fault" + i), fault, rule, seed));
              }
              return found;
            });
    ends.forEach(found -> found.forEach(System.out::println));
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
