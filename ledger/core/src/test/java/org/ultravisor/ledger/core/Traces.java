package org.ultravisor.ledger.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;

/** Traces of virtual machines that came and went: of real clouds, read from files, and made up. */
final class Traces {
  private static final int[] SIZES = {768, 1792, 3584, 5600, 7168, 14336, 16384, 30517, 114688};
  private static final int[] PROCESSORS = {1, 1, 2, 2, 4, 4, 8, 12, 16};

  private Traces() {}

  /**
   * The pods of {@code openb_pod_list_default.csv}. Those that were never scheduled never get
   * anything; those that waited get it when they were scheduled; a share of a processor is one.
   */
  static List<TraceVm> pods(Path file) {
    List<TraceVm> pods = new ArrayList<>();
    for (String[] row : rows(file)) {
      if (row.length > 10 && !row[10].isEmpty()) {
        long scheduled = Long.parseLong(row[10]);
        pods.add(
            new TraceVm(
                row[0],
                scheduled,
                scheduled,
                Math.max(scheduled, Long.parseLong(row[9])),
                (Integer.parseInt(row[1]) + 999) / 1000,
                Long.parseLong(row[2])));
      }
    }
    return pods;
  }

  /** The virtual machines of {@code derived_vm_events.csv} whose tenant's batch is wanted. */
  static List<TraceVm> machines(Path file, LongPredicate wanted) {
    List<TraceVm> machines = new ArrayList<>();
    for (String[] row : rows(file)) {
      long batch = Long.parseLong(row[1]);
      if (wanted.test(batch)) {
        long start = Long.parseLong(row[2]);
        boolean stays = row[7].equals("1");
        machines.add(
            new TraceVm(
                "vm-" + row[0],
                batch,
                start,
                stays ? Long.MAX_VALUE : start + Long.parseLong(row[5]),
                Integer.parseInt(row[3]),
                Long.parseLong(row[4])));
      }
    }
    return machines;
  }

  private static List<String[]> rows(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.skip(1).map(line -> line.split(",", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As many machines of the same shape: in batches, most of them small and gone soon. */
  static List<TraceVm> madeUp(Random random, int count) {
    List<TraceVm> machines = new ArrayList<>();
    long now = 0;
    long batch = 0;
    while (machines.size() < count) {
      now += random.nextInt(4) == 0 ? 0 : random.nextInt(300);
      batch++;
      int together = random.nextInt(5) == 0 ? 1 + random.nextInt(40) : 1;
      for (int i = 0; i < together && machines.size() < count; i++) {
        int size = (int) Math.min(SIZES.length - 1, Math.abs(random.nextGaussian() * 3));
        long life = (long) (-Math.log(1 - random.nextDouble()) * 3000) / 300 * 300;
        machines.add(
            new TraceVm(
                "made-" + machines.size(),
                batch,
                now,
                random.nextInt(40) == 0 ? Long.MAX_VALUE : now + life,
                PROCESSORS[size],
                random.nextInt(500) == 0 ? 0 : SIZES[size]));
      }
    }
    return machines;
  }
}
