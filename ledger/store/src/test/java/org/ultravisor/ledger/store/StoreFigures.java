package org.ultravisor.ledger.store;

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
 * Measures by hand what an assignment costs in bytes and time, in entries of 64 transactions:
 *
 * <pre>
 * java -cp TEST_CLASS_PATH org.ultravisor.ledger.store.StoreFigures EMPTY_DIRECTORY ENTRIES [scattered]
 * </pre>
 *
 * Each transaction assigns 16 pages: behind those that its partition has, or scattered over 4 TiB.
 */
final class StoreFigures {
  private static final int TRANSACTIONS = 64;
  private static final int PARTITIONS = 64;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final LedgerCodec codec = new LedgerCodec();
  private final Path directory;
  private final int entries;
  private final boolean scattered;

  private StoreFigures(Path directory, int entries, boolean scattered) {
    this.directory = directory;
    this.entries = entries;
    this.scattered = scattered;
  }

  public static void main(String[] arguments) throws IOException {
    boolean scattered = arguments.length > 2 && arguments[2].equals("scattered");
    new StoreFigures(Path.of(arguments[0]), Integer.parseInt(arguments[1]), scattered).run();
  }

  private void run() throws IOException {
    long leaves = (long) entries * TRANSACTIONS;
    List<byte[]> log = new ArrayList<>();
    for (int index = 1; index <= entries; index++) {
      log.add(codec.encodeEntry(entry(index)));
    }
    out.printf("entry of %d assignments: %d bytes%n", TRANSACTIONS, log.getLast().length);
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
          "verify, by decisions: %s, %d leaves/s%n",
          report.good() ? "good" : report.firstDifference(),
          report.leaves() * 1000 / Math.max(1, millis(from)));
    }
    long size = size(directory);
    out.printf("on disk: %d bytes, %.1f a leaf%n", size, (double) size / leaves);
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
      print("decode, execute", start, (end - first) * TRANSACTIONS);
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
    print("decode, apply, commit", start, (end - first) * TRANSACTIONS);
    out.printf("  worst entry: %d us%n", worst / 1000);
  }

  /** Wall clock, and this thread's processor time, which a busy machine does not change much. */
  private record Instant(long wall, long processor) {
    static Instant now() {
      return new Instant(
          System.nanoTime(), ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
    }
  }

  private void print(String what, Instant start, int transactions) {
    Instant end = Instant.now();
    out.printf(
        "%s: %.0f transactions/s, %.2f us of processor each%n",
        what,
        transactions * 1e9 / (end.wall - start.wall),
        (end.processor - start.processor) / 1e3 / transactions);
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
    for (int i = 0; i < TRANSACTIONS; i++) {
      long number = (long) (index - 1) * TRANSACTIONS + i;
      long partition = number % PARTITIONS;
      long guest = number / PARTITIONS * 16;
      long first = scattered ? number * 0x9E3779B1L % (1 << 26) * 16 : (partition << 24) + guest;
      submissions.add(
          submission(
              new Transaction(
                  1,
                  number + 2,
                  Math.max(1, number - 64),
                  "scheduler",
                  List.of(),
                  List.of(
                      new Operation.AssignPages(
                          "guest-" + partition,
                          new PageRange(first, 16),
                          guest,
                          Rights.READ_WRITE)))));
    }
    return new Entry(1_790_000_000_000L + index, submissions);
  }

  private static Submission submission(Transaction transaction) {
    return new Submission(transaction, Fingerprint.of(transaction));
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
