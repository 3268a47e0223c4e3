package org.ultravisor.ledger.store;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ultravisor.ledger.codec.Entry;
import org.ultravisor.ledger.codec.Fingerprint;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Measures by hand what an assignment costs: bytes on disk, processor time and garbage of the
 * applying thread.
 *
 * <pre>
 * java -cp TEST_CLASS_PATH org.ultravisor.ledger.store.StoreFigures \
 *     EMPTY_DIRECTORY ENTRIES TRANSACTIONS_PER_ENTRY ASSIGNMENTS_PER_TRANSACTION [scattered]
 * </pre>
 *
 * Each assignment is of 16 pages: behind those that its partition has, or scattered over 4 TiB.
 */
final class StoreFigures {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int PARTITIONS = 64;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final LedgerCodec codec = new LedgerCodec();
  private final Path directory;
  private final int entries;
  private final int transactions;
  private final int assignments;
  private final boolean scattered;

  private StoreFigures(String[] arguments) {
    directory = Path.of(arguments[0]);
    entries = Integer.parseInt(arguments[1]);
    transactions = Integer.parseInt(arguments[2]);
    assignments = Integer.parseInt(arguments[3]);
    scattered = arguments.length > 4 && arguments[4].equals("scattered");
  }

  public static void main(String[] arguments) throws IOException {
    new StoreFigures(arguments).run();
  }

  private void run() throws IOException {
    long leaves = (long) entries * transactions;
    List<byte[]> log = new ArrayList<>();
    for (int index = 1; index <= entries; index++) {
      log.add(codec.encodeEntry(entry(index)));
    }
    out.printf(
        "entry of %d times %d assignments: %d bytes%n",
        transactions, assignments, log.getLast().length);
    executeAlone(log);
    try (LedgerStore store = LedgerStore.open(directory, StoreOptions.DEFAULT)) {
      setUp().forEach(submission -> store.apply(1, submission));
      store.commit(1, 0);
      for (int part = 0; part < 4; part++) {
        applyAndCommit(store, log, part * entries / 4, (part + 1) * entries / 4);
      }
      long from = System.nanoTime();
      store.flushState().join();
      out.printf("flush of the state: %d ms%n", millis(from));
      from = System.nanoTime();
      var copy = store.checkpoint(directory.resolveSibling("copy"));
      out.printf("checkpoint, ledger's thread: %d us%n", (System.nanoTime() - from) / 1000);
      copy.join();
      out.printf("checkpoint, until it is durable: %d ms%n", millis(from));
      from = System.nanoTime();
      AuditReport report = store.audit().verify(AuditDepth.DECISIONS, checked -> {});
      out.printf(
          "verify, by decisions: %s, %d assignments/s%n",
          report.good() ? "good" : report.firstDifference(),
          report.leaves() * assignments * 1000 / Math.max(1, millis(from)));
      Instant start = Instant.now();
      report = store.audit().verify(AuditDepth.EVENTS, checked -> {});
      print("verify, by events, " + (report.good() ? "good" : "bad"), start, entries);
    }
    long size = size(directory);
    out.printf(
        "on disk: %d bytes, %.1f an assignment%n", size, (double) size / leaves / assignments);
    long from = System.nanoTime();
    LedgerStore.open(directory, StoreOptions.DEFAULT).close();
    out.printf("open again: %d ms%n", millis(from));
  }

  /** The part of the time that is the ledger's and not the store's. */
  private void executeAlone(List<byte[]> log) {
    Ledger ledger = new Ledger();
    setUp().forEach(submission -> ledger.execute(1, submission));
    for (int part = 0; part < 4; part++) {
      int first = part * entries / 4;
      int end = (part + 1) * entries / 4;
      Instant start = Instant.now();
      for (byte[] bytes : log.subList(first, end)) {
        Entry entry = codec.decodeEntry(bytes);
        entry.submissions().forEach(one -> ledger.execute(entry.ledgerTime(), one));
      }
      print("decode, execute", start, end - first);
    }
  }

  private void applyAndCommit(LedgerStore store, List<byte[]> log, int first, int end) {
    Instant start = Instant.now();
    long worst = 0;
    for (int i = first; i < end; i++) {
      long before = System.nanoTime();
      Entry entry = codec.decodeEntry(log.get(i));
      for (Submission submission : entry.submissions()) {
        store.outcome(store.apply(entry.ledgerTime(), submission));
      }
      store.commit(1, i + 1);
      worst = Math.max(worst, System.nanoTime() - before);
    }
    print("decode, apply, commit", start, end - first);
    out.printf("  worst entry: %d us%n", worst / 1000);
  }

  /** Wall clock, and what this thread used, which a busy machine does not change much. */
  private record Instant(long wall, long processor, long allocated) {
    static Instant now() {
      return new Instant(
          System.nanoTime(),
          THREADS.getCurrentThreadCpuTime(),
          THREADS.getCurrentThreadAllocatedBytes());
    }
  }

  private void print(String what, Instant start, int done) {
    Instant end = Instant.now();
    double operations = (double) done * transactions * assignments;
    out.printf(
        "%s: %.0f assignments/s, %.3f us of processor and %.0f bytes of garbage each%n",
        what,
        operations * 1e9 / (end.wall - start.wall),
        (end.processor - start.processor) / 1e3 / operations,
        (end.allocated - start.allocated) / operations);
  }

  private static List<Submission> setUp() {
    List<Operation> operations = new ArrayList<>();
    operations.add(new Operation.AddMemory(new PageRange(0, 1 << 30), 0, MemoryType.DRAM, true));
    for (int p = 0; p < PARTITIONS; p++) {
      operations.add(new Operation.CreatePartition("guest-" + p, PartitionKind.GUEST, Limits.NONE));
    }
    return List.of(
        submission(Transaction.sessionless("host", new Operation.OpenSession(1))),
        submission(Transaction.sessionless("host", new Operation.AttachHost("host", 0, 2))),
        submission(Transaction.of(1, 1, "host", operations)));
  }

  private Entry entry(int index) {
    List<Submission> submissions = new ArrayList<>();
    for (int i = 0; i < transactions; i++) {
      long number = (long) (index - 1) * transactions + i;
      List<Operation> operations = new ArrayList<>();
      for (int j = 0; j < assignments; j++) {
        operations.add(assignment(number * assignments + j));
      }
      submissions.add(
          submission(
              new Transaction(
                  1, number + 2, Math.max(1, number - 64), "scheduler", List.of(), operations)));
    }
    return new Entry(1_790_000_000_000L + index, submissions);
  }

  private Operation assignment(long number) {
    long partition = number % PARTITIONS;
    long guest = number / PARTITIONS * 16;
    long first = scattered ? number * 0x9E3779B1L % (1 << 26) * 16 : (partition << 24) + guest;
    return new Operation.AssignPages(
        "guest-" + partition, new PageRange(first, 16), guest, Rights.READ_WRITE);
  }

  private static Submission submission(Transaction transaction) {
    return Submission.local(transaction, Fingerprint.of(transaction));
  }

  private static long millis(long from) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .mapToLong(
              file -> {
                try {
                  return Files.size(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .sum();
    }
  }
}
