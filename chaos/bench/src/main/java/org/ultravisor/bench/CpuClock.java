package org.ultravisor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Processor time of a set of processes and of the machine, from {@code /proc}. Read before and
 * after the measured interval; a process that ended in between counts as idle since the first
 * reading.
 */
final class CpuClock {
  private static final double MICROS_PER_TICK = 1_000_000.0 / ticksPerSecond();

  private final Path proc;

  CpuClock() {
    this(Path.of("/proc"));
  }

  CpuClock(Path proc) {
    this.proc = proc;
  }

  /**
   * A reading.
   *
   * @param oursMicros processor time of the processes so far
   * @param busyMicros processor time of the whole machine so far
   * @param totalMicros busy and idle time of the whole machine so far
   */
  record Reading(double oursMicros, double busyMicros, double totalMicros) {

    double oursSince(Reading earlier) {
      return Math.max(0, oursMicros - earlier.oursMicros);
    }

    /** What other processes used of the machine since an earlier reading, in percent. */
    double othersPercentSince(Reading earlier) {
      double total = totalMicros - earlier.totalMicros;
      double others = (busyMicros - earlier.busyMicros) - oursSince(earlier);
      return total <= 0 ? 0 : Math.clamp(100 * others / total, 0, 100);
    }
  }

  Reading read(Collection<Long> pids) throws IOException {
    double ours = 0;
    for (long pid : pids) {
      ours += ofProcess(pid);
    }
    String[] cpu =
        Files.readString(proc.resolve("stat")).lines().findFirst().orElseThrow().split(" +", -1);
    double total = 0;
    for (int i = 1; i <= 8; i++) {
      total += Double.parseDouble(cpu[i]);
    }
    double idle = Double.parseDouble(cpu[4]) + Double.parseDouble(cpu[5]);
    return new Reading(ours, (total - idle) * MICROS_PER_TICK, total * MICROS_PER_TICK);
  }

  private double ofProcess(long pid) throws IOException {
    String stat;
    try {
      stat = Files.readString(proc.resolve(Long.toString(pid)).resolve("stat"));
    } catch (NoSuchFileException ended) {
      return 0;
    }
    // The second field is the program's name in brackets and may hold anything, spaces too.
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    return (Double.parseDouble(fields.get(11)) + Double.parseDouble(fields.get(12)))
        * MICROS_PER_TICK;
  }

  /** USER_HZ, which Linux fixes at 100 for everything it prints in /proc. */
  private static int ticksPerSecond() {
    return 100;
  }
}
