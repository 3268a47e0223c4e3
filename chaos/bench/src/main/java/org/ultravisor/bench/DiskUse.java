package org.ultravisor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** What ranges cost on disk: a store with the whole history and the state, closed in order. */
final class DiskUse {
  /** Assignments in one transaction, which is one entry of the log. */
  static final int BATCH = 1000;

  private final BenchStore store;

  private DiskUse(BenchStore store) {
    this.store = store;
  }

  /** Bytes of all files below the directory once the shape's ranges are assigned, a range. */
  static double bytesPerRange(Path directory, MemoryShapes.Shape shape) throws IOException {
    try (BenchStore store = BenchStore.create(directory)) {
      new DiskUse(store).assign(shape);
    }
    try (Stream<Path> files = Files.walk(directory)) {
      long bytes = 0;
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        bytes += Files.size(file);
      }
      return bytes / (double) shape.ranges().size();
    }
  }

  private void assign(MemoryShapes.Shape shape) {
    for (PageRange range : shape.installed()) {
      store.request(List.of(new Operation.AddMemory(range, 0, MemoryType.DRAM, true)));
    }
    int partitions =
        1 + shape.ranges().stream().mapToInt(MemoryShapes.Held::partition).max().orElseThrow();
    List<Operation> operations = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      operations.add(
          new Operation.CreatePartition(name(partition), PartitionKind.GUEST, Limits.NONE));
      if (operations.size() == BATCH || partition == partitions - 1) {
        store.request(operations);
        operations = new ArrayList<>();
      }
    }
    for (MemoryShapes.Held held : shape.ranges()) {
      operations.add(
          new Operation.AssignPages(
              name(held.partition()),
              new PageRange(held.firstFrame(), held.frames()),
              held.guestFrame(),
              Rights.ALL));
      if (operations.size() == BATCH) {
        store.request(operations);
        operations = new ArrayList<>();
      }
    }
    if (!operations.isEmpty()) {
      store.request(operations);
    }
  }

  private static String name(int partition) {
    return "guest-" + partition;
  }
}
