package org.ultravisor.ledger.store;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ultravisor.ledger.codec.Fingerprint;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Measures by hand what compaction frees, of a history in which so many ranges of 16 pages were
 * assigned, all but a thousand of which were released and scrubbed again:
 *
 * <pre>
 * java -cp TEST_CLASS_PATH org.ultravisor.ledger.store.CompactionFigures EMPTY_DIRECTORY RANGES [kept]
 * </pre>
 *
 * With {@code kept} none is released, so that the checkpoint holds them all. While the store
 * compacts, a hundred transactions a second go on.
 */
final class CompactionFigures {
  private static final int TRANSACTIONS = 64;
  private static final int HELD = 1024;
  private static final long WANTED = 64;
  private static final long PAUSE_NANOS = 10_000_000;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final Path directory;
  private final int ranges;
  private final boolean kept;
  private long requestId;

  private CompactionFigures(Path directory, int ranges, boolean kept) {
    this.directory = directory;
    this.ranges = ranges;
    this.kept = kept;
  }

  public static void main(String[] arguments) throws IOException {
    boolean kept = arguments.length > 2 && arguments[2].equals("kept");
    new CompactionFigures(Path.of(arguments[0]), Integer.parseInt(arguments[1]), kept).run();
  }

  private void run() throws IOException {
    try (LedgerStore store = LedgerStore.open(directory, StoreOptions.DEFAULT)) {
      store.apply(1, submission(Transaction.sessionless("host", new Operation.OpenSession(1))));
      long frames = 64L * ranges;
      execute(
          store,
          new Operation.AttachHost("host", 0, 2),
          new Operation.AddMemory(new PageRange(0, frames), 0, MemoryType.DRAM, true),
          new Operation.CreatePartition("guest", PartitionKind.GUEST, Limits.NONE));
      store.commit(1, 0);
      write(store);
      store.flushState().join();
      // What earlier flushes left in small files is no merit of the compaction.
      store.checkpoint(directory.resolveSibling("settled")).join();
    }
    DurableFiles.deleteTree(directory.resolveSibling("settled"));
    try (LedgerStore store = LedgerStore.open(directory, StoreOptions.DEFAULT)) {
      long leaves = store.applied().sequence();
      long before = size();
      out.printf(
          "%d ranges, %d leaves: %d bytes on disk, %.1f a leaf%n",
          ranges, leaves, before, (double) before / leaves);
      long from = System.nanoTime();
      execute(store, new Operation.Compact(leaves));
      long index = store.applied().index();
      store.commit(1, ++index);
      out.printf("commit with the compaction: %d us%n", micros(from));
      long worst = 0;
      int others = 0;
      while (!store.compaction().isDone()) {
        long start = System.nanoTime();
        execute(store, new Operation.SetLimits("guest", Limits.NONE));
        store.commit(1, ++index);
        worst = Math.max(worst, micros(start));
        others++;
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      Compaction compaction = store.compaction().join().orElseThrow();
      out.printf(
          "compacted in %d ms, %d leaves dropped, checkpoint of %d records%n",
          micros(from) / 1000, compaction.dropped(), compaction.records());
      out.printf("meanwhile %d other transactions, the slowest took %d us%n", others, worst);
      long after = size();
      out.printf(
          "%d bytes on disk, %.1f a leaf; %d bytes (%d percent) freed%n",
          after, (double) after / leaves, before - after, 100 - 100 * after / before);
      from = System.nanoTime();
      AuditReport report = store.audit().verify(AuditDepth.DECISIONS, checked -> {});
      out.printf("verify: %s in %d ms%n", report.firstDifference(), micros(from) / 1000);
    }
    long from = System.nanoTime();
    LedgerStore.open(directory, StoreOptions.DEFAULT).close();
    out.printf("open again: %d ms; %d bytes on disk%n", micros(from) / 1000, size());
  }

  private void write(LedgerStore store) {
    int inEntry = 0;
    long index = 0;
    for (int range = 0; range < ranges; range++) {
      // Every other block of 16 pages, so that ranges do not join.
      execute(
          store, new Operation.AssignPages("guest", pages(range), range * 32L, Rights.READ_WRITE));
      if (!kept && range >= HELD) {
        execute(store, new Operation.ReleasePages("guest", pages(range - HELD)));
        execute(store, new Operation.RecordScrub("host", 1, range - HELD + 1));
      }
      if (++inEntry == TRANSACTIONS) {
        store.commit(1, ++index);
        inEntry = 0;
      }
    }
    store.commit(1, ++index);
  }

  private static PageRange pages(long range) {
    return new PageRange(range * 32, 16);
  }

  private void execute(LedgerStore store, Operation... operations) {
    requestId++;
    store.outcome(
        store.apply(
            1_790_000_000_000L,
            submission(
                new Transaction(
                    1,
                    requestId,
                    Math.max(1, requestId - WANTED),
                    "scheduler",
                    List.of(),
                    List.of(operations)))));
  }

  private static Submission submission(Transaction transaction) {
    return Submission.local(transaction, Fingerprint.of(transaction));
  }

  private static long micros(long from) {
    return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - from);
  }

  private long size() throws IOException {
    List<Long> sizes = new ArrayList<>();
    for (Path file : DurableFiles.list(directory)) {
      sizes.add(Files.size(file));
    }
    return sizes.stream().mapToLong(Long::longValue).sum();
  }
}
