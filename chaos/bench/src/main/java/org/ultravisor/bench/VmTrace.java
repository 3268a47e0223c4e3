package org.ultravisor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Virtual machines that come and go, as one host after another sees them: a public trace where it
 * is at hand, otherwise a synthetic mix of the same sizes and lives.
 *
 * @param source where the machines come from, for the record
 * @param machines of all hosts
 */
record VmTrace(String source, List<Vm> machines) {
  /** The hosts that the machines are dealt out to. */
  static final int HOSTS = 64;

  private static final long FRAMES_PER_MIB = 256;

  /**
   * One machine.
   *
   * @param host 0 to {@link #HOSTS} - 1
   * @param frames a multiple of 256 MiB
   * @param leaves in seconds as {@code arrives}; {@link Long#MAX_VALUE} if it stays
   */
  record Vm(int host, long arrives, long leaves, long frames) {}

  /** What happens to a machine; departures come before arrivals of the same second. */
  record Step(long time, boolean arrival, Vm vm) {}

  /** The trace in the directory that {@code -Dultravisor.data} names, or else the synthetic one. */
  static VmTrace load() throws IOException {
    Optional<Path> file =
        Optional.ofNullable(System.getProperty("ultravisor.data"))
            .map(data -> Path.of(data, "traces", "azure-v1", "derived_vm_events.csv"));
    return file.isPresent() && Files.exists(file.get()) ? read(file.get()) : synthetic(20261123);
  }

  /** Columns: vm, tenant batch, arrival, processors, MiB, life at least, at most, still there. */
  private static VmTrace read(Path file) throws IOException {
    List<Vm> machines = new ArrayList<>();
    try (Stream<String> lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines.skip(1)::iterator) {
        List<String> fields = List.of(line.split(",", -1));
        long arrives = Long.parseLong(fields.get(2));
        long life = Long.parseLong(fields.get(5));
        if (life > 0) {
          boolean stays = fields.get(7).equals("1");
          machines.add(
              new Vm(
                  (int) (Long.parseLong(fields.get(1)) % HOSTS),
                  arrives,
                  stays ? Long.MAX_VALUE : arrives + life,
                  Long.parseLong(fields.get(4)) * FRAMES_PER_MIB));
        }
      }
    }
    return new VmTrace("azure-v1", machines);
  }

  /** Six in ten are small, one in twenty is large; most live for minutes, some for ever. */
  static VmTrace synthetic(long seed) {
    int[] quarterGibs = {3, 7, 7, 7, 7, 7, 7, 14, 14, 14, 28, 28, 32, 56, 112, 128};
    Random random = new Random(seed);
    List<Vm> machines = new ArrayList<>();
    for (int i = 0; i < 260_000; i++) {
      long arrives = i;
      long life = (long) (600 * Math.exp(2 * random.nextGaussian()));
      long frames = 256 * FRAMES_PER_MIB * quarterGibs[random.nextInt(quarterGibs.length)];
      boolean stays = random.nextInt(13) == 0;
      machines.add(
          new Vm(
              random.nextInt(HOSTS), arrives, stays ? Long.MAX_VALUE : arrives + 1 + life, frames));
    }
    return new VmTrace("synthetic", machines);
  }

  /** What happens on one host, in order. */
  List<Step> steps(int host) {
    List<Step> steps = new ArrayList<>();
    for (Vm vm : machines) {
      if (vm.host == host) {
        steps.add(new Step(vm.arrives, true, vm));
        if (vm.leaves != Long.MAX_VALUE) {
          steps.add(new Step(vm.leaves, false, vm));
        }
      }
    }
    steps.sort(Comparator.comparingLong(Step::time).thenComparing(Step::arrival));
    return steps;
  }
}
