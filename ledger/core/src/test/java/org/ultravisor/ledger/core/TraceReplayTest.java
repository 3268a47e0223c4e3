package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Machines come and go as they did in real clouds, where the checkout has the traces beside it or
 * {@code -Dultravisor.data} says where; and as one seed has it, everywhere. All 259,159 machines of
 * azure-v1 only with {@code -Dultravisor.trace.whole=true}.
 */
final class TraceReplayTest {
  private static final Path DATA =
      Path.of(System.getProperty("ultravisor.data", "../../../shared/data"));

  private static Path present(String path) {
    Path file = DATA.resolve(path);
    assumeTrue(
        Files.exists(file),
        "skipped: " + file.toAbsolutePath().normalize() + " is not there (-Dultravisor.data)");
    return file;
  }

  private static TraceReplay played(
      String name, List<TraceVm> machines, int hosts, int processors) {
    long started = System.nanoTime();
    TraceReplay replay = new TraceReplay(hosts, processors);
    replay.play(machines);
    long millis = Math.max(1, (System.nanoTime() - started) / 1_000_000);
    System.getLogger(TraceReplayTest.class.getName())
        .log(
            Level.INFO,
            "{0}: {1} machines, at most {2} at once, {3} transactions, {4} operations/s, {5} ms",
            name,
            machines.size(),
            replay.peak,
            replay.transactions,
            replay.operations * 1000 / millis,
            millis);
    return replay;
  }

  @Test
  void madeUp() {
    long seed = Long.getLong("ultravisor.seed", new Random().nextLong());
    List<TraceVm> machines = Traces.madeUp(new Random(seed), 4000);
    TraceReplay replay = played("made up, -Dultravisor.seed=" + seed, machines, 4, 2048);
    assertTrue(replay.peak > 50, "few machines at once: " + replay.peak);
  }

  @Test
  void alibabaPods() {
    List<TraceVm> pods =
        Traces.pods(present("traces/alibaba-gpu-v2023/openb_pod_list_default.csv"));
    TraceReplay replay = played("alibaba-gpu-v2023", pods, 1, 1024);
    // 897 of the 8,152 were never scheduled.
    assertEquals(7255, pods.size());
    assertTrue(replay.peak > 40, "few pods at once: " + replay.peak);
  }

  @Test
  void azureMachinesOfOneHost() {
    List<TraceVm> machines =
        Traces.machines(present("traces/azure-v1/derived_vm_events.csv"), batch -> batch % 64 == 0);
    TraceReplay replay = played("azure-v1, every 64th batch", machines, 1, 2048);
    assertEquals(3549, machines.size());
    assertTrue(replay.peak > 400, "few machines at once: " + replay.peak);
  }

  @Test
  void azureMachines() {
    assumeTrue(
        Boolean.getBoolean("ultravisor.trace.whole"),
        "skipped: takes a while (-Dultravisor.trace.whole=true)");
    List<TraceVm> machines =
        Traces.machines(present("traces/azure-v1/derived_vm_events.csv"), batch -> true);
    TraceReplay replay = played("azure-v1", machines, 32, 2048);
    assertEquals(259_159, machines.size());
    assertTrue(replay.peak > 18_000, "few machines at once: " + replay.peak);
  }
}
