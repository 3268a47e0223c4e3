package org.ultravisor.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.store.AuditDepth;
import org.ultravisor.ledger.store.AuditLog;
import org.ultravisor.ledger.store.AuditReport;
import org.ultravisor.ledger.store.StoreOptions;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.node.local.Directories;

/**
 * G: all history of a store replayed from its first leaf, with every hash compared: checksums of
 * files and leaves, leaf hashes, Merkle nodes and root, the state hash at each sequence.
 */
final class ReplayCase implements BenchCase {
  private static final long FRAMES = 1L << 28;
  private static final int PARTITIONS = 4;

  /** A history: how many assignments, and how many of them a transaction has. */
  record History(int assignments, int batch) {}

  private static final List<History> HISTORIES =
      List.of(new History(4_000_000, 1000), new History(400_000, 1));

  @Override
  public String id() {
    return "G";
  }

  @Override
  public String title() {
    return "all history replayed from the disk with every hash checked";
  }

  @Override
  public List<Measurement> run(BenchSettings settings, Progress progress) throws Exception {
    List<Measurement> measurements = new ArrayList<>();
    for (History history : HISTORIES) {
      measurements.add(measure(history, settings.runs(), progress));
    }
    return measurements;
  }

  Measurement measure(History history, int runs, Progress progress) throws IOException {
    double[] rates = new double[runs];
    double[] cpu = new double[runs];
    double[] others = new double[runs];
    List<Long> pids = List.of(ProcessHandle.current().pid());
    CpuClock clock = new CpuClock();
    try (Directories places = Directories.create("bench")) {
      Path directory = places.disk().resolve("store");
      progress.say(
          "G: writing %,d assignments, %,d a transaction"
              .formatted(history.assignments, history.batch));
      write(directory, history);
      verify(directory, history); // warm-up, not counted
      for (int run = 0; run < runs; run++) {
        CpuClock.Reading before = clock.read(pids);
        long from = System.nanoTime();
        verify(directory, history);
        double seconds = (System.nanoTime() - from) / 1e9;
        CpuClock.Reading after = clock.read(pids);
        rates[run] = history.assignments / seconds;
        cpu[run] = after.oursSince(before) / history.assignments;
        others[run] = after.othersPercentSince(before);
        progress.say("G: run %d of %d: %,.0f assignments/s".formatted(run + 1, runs, rates[run]));
      }
    }
    return new Measurement(
        id(),
        history.batch == 1 ? "replayed_single_assignments_per_s" : "replayed_assignments_per_s",
        "1/s",
        Samples.of(rates),
        Samples.of(cpu).median(),
        Samples.of(others).median(),
        Map.of(
            "assignments", Integer.toString(history.assignments),
            "assignments_per_request", Integer.toString(history.batch),
            "depth", "files, leaves, Merkle tree, state hash at each sequence"));
  }

  /** Pages given away one after another, by each partition in a part of the memory of its own. */
  private static void write(Path directory, History history) {
    try (BenchStore store = BenchStore.create(directory)) {
      List<Operation> setUp = new ArrayList<>();
      setUp.add(new Operation.AddMemory(new PageRange(0, FRAMES), 0, MemoryType.DRAM, true));
      for (int partition = 0; partition < PARTITIONS; partition++) {
        setUp.add(new Operation.CreatePartition(name(partition), PartitionKind.GUEST, Limits.NONE));
      }
      store.request(setUp);
      for (int done = 0; done < history.assignments; done += history.batch) {
        int partition = done / history.batch % PARTITIONS;
        long first = done / history.batch / PARTITIONS * (long) history.batch;
        List<Operation> operations = new ArrayList<>(history.batch);
        for (long guest = first; guest < first + history.batch; guest++) {
          long frame = partition * (FRAMES / PARTITIONS) + guest;
          operations.add(
              new Operation.AssignPages(
                  name(partition), new PageRange(frame, 1), guest, Rights.ALL));
        }
        store.request(operations);
      }
    }
  }

  private static String name(int partition) {
    return "guest-" + partition;
  }

  private static void verify(Path directory, History history) {
    try (AuditLog log = AuditLog.open(directory, StoreOptions.DEFAULT)) {
      AuditReport report = log.verify(AuditDepth.EVENTS, checked -> {});
      if (!report.good() || report.events() < history.assignments) {
        throw new IllegalStateException("the benchmark's own history does not verify: " + report);
      }
    }
  }
}
