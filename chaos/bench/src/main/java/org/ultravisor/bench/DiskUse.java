package org.ultravisor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.LedgerStore;
import org.ultravisor.ledger.store.StoreOptions;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** What ranges cost on disk: a store with the whole history and the state, closed in order. */
final class DiskUse {
  /** Assignments in one transaction, which is one entry of the log. */
  static final int BATCH = 1000;

  private static final long TIME = 1_795_000_000_000L;

  private final LedgerStore store;
  private final long session;
  private long requests;
  private long index;

  private DiskUse(LedgerStore store) {
    this.store = store;
    Outcome.Committed opened =
        apply(Transaction.sessionless("bench", new Operation.OpenSession(1)));
    this.session = ((Event.SessionOpened) opened.events().getFirst()).session();
  }

  /** Bytes of all files below the directory once the shape's ranges are assigned, a range. */
  static double bytesPerRange(Path directory, MemoryShapes.Shape shape) throws IOException {
    try (LedgerStore store = LedgerStore.open(directory, StoreOptions.DEFAULT)) {
      new DiskUse(store).assign(shape);
      store.flushState().join();
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
      request(List.of(new Operation.AddMemory(range, 0, MemoryType.DRAM, true)));
    }
    int partitions =
        1 + shape.ranges().stream().mapToInt(MemoryShapes.Held::partition).max().orElseThrow();
    List<Operation> operations = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      operations.add(
          new Operation.CreatePartition(name(partition), PartitionKind.GUEST, Limits.NONE));
      if (operations.size() == BATCH || partition == partitions - 1) {
        request(operations);
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
        request(operations);
        operations = new ArrayList<>();
      }
    }
    if (!operations.isEmpty()) {
      request(operations);
    }
  }

  private static String name(int partition) {
    return "guest-" + partition;
  }

  private void request(List<Operation> operations) {
    requests++;
    apply(Transaction.of(session, requests, "bench", operations));
  }

  private Outcome.Committed apply(Transaction transaction) {
    Execution execution = store.apply(TIME + requests, new Submission(transaction, requests));
    index++;
    store.commit(1, index);
    if (execution instanceof Execution.Executed executed
        && executed.leaf().outcome() instanceof Outcome.Committed committed) {
      return committed;
    }
    throw new IllegalStateException("the benchmark's own request was not committed: " + execution);
  }
}
