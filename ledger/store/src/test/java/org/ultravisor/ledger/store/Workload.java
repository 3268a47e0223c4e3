package org.ultravisor.ledger.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ultravisor.ledger.codec.Entry;
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
 * Log entries that are a function of a seed and their index alone, as a replicated log would hold
 * them: the first one sets up a host, later ones assign, release and destroy, some are refused,
 * some are retries, some hold nothing; if wanted, some compact the history.
 */
final class Workload {
  private static final long FRAMES = 1 << 20;
  private static final int PARTITIONS = 8;
  private static final long SESSION = 1;

  private final long seed;
  private final int transactions;
  private final boolean compacting;

  /**
   * @param transactions of an entry, at most
   */
  Workload(long seed, int transactions) {
    this(seed, transactions, false);
  }

  private Workload(long seed, int transactions, boolean compacting) {
    this.seed = seed;
    this.transactions = transactions;
    this.compacting = compacting;
  }

  /** The same with compactions in between, some of which are refused or have nothing to do. */
  Workload compacting() {
    return new Workload(seed, transactions, true);
  }

  /** The entry at a log index, from 0. */
  Entry entry(long index) {
    long time = 1_790_000_000_000L + index * 10;
    if (index == 0) {
      return new Entry(time, setUp());
    }
    Random random = new Random(seed * 1_000_003 + index);
    List<Submission> submissions = new ArrayList<>();
    int count = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(transactions);
    // Requests of an entry have ids of their own, so that every entry knows them without the rest.
    long firstId = 2 + index * transactions;
    for (int i = 0; i < count; i++) {
      submissions.add(submission(firstId + i, operations(random)));
    }
    if (compacting && count > 0 && random.nextInt(8) == 0) {
      long through = random.nextLong(index * transactions / 2);
      submissions.set(0, submission(firstId, List.of(new Operation.Compact(through))));
    }
    if (count > 0 && random.nextInt(4) == 0) {
      submissions.add(submissions.get(random.nextInt(count)));
    }
    return new Entry(time, submissions);
  }

  private static List<Submission> setUp() {
    List<Submission> all = new ArrayList<>();
    all.add(submission(Transaction.sessionless("host", new Operation.OpenSession(42))));
    all.add(submission(Transaction.sessionless("host", new Operation.AttachHost("host", 0, 43))));
    List<Operation> operations = new ArrayList<>();
    operations.add(new Operation.AddMemory(new PageRange(0, FRAMES), 0, MemoryType.DRAM, true));
    for (int p = 0; p < PARTITIONS; p++) {
      operations.add(
          new Operation.CreatePartition(name(p), PartitionKind.GUEST, new Limits(FRAMES / 4, 4)));
    }
    all.add(submission(Transaction.of(SESSION, 1, "host", operations)));
    return all;
  }

  private static List<Operation> operations(Random random) {
    long count = 1L << random.nextInt(8);
    long first = random.nextLong(FRAMES - count);
    PageRange range = new PageRange(first, count);
    String partition = name(random.nextInt(PARTITIONS));
    return switch (random.nextInt(8)) {
      case 0 -> List.of(new Operation.ReleasePages(partition, range));
      case 1 ->
          List.of(
              new Operation.AssignPages(
                  partition, range, Operation.ANY_GUEST_FRAME, Rights.READ_WRITE),
              new Operation.ReleasePages(partition, new PageRange(first, 1)));
      case 2 -> List.of(new Operation.SetLimits(partition, new Limits(FRAMES / 4 + count, 4)));
      default ->
          List.of(
              new Operation.AssignPages(
                  partition, range, Operation.ANY_GUEST_FRAME, Rights.READ_WRITE));
    };
  }

  private static String name(int partition) {
    return "guest-" + partition;
  }

  private static Submission submission(long requestId, List<Operation> operations) {
    return submission(
        new Transaction(
            SESSION, requestId, Math.max(1, requestId - 64), "host", List.of(), operations));
  }

  private static Submission submission(Transaction transaction) {
    return Submission.local(transaction, Fingerprint.of(transaction));
  }

  /** Applies and commits the entries up to an index, from where the store is on. */
  void run(LedgerStore store, long untilIndex) {
    for (long index = store.applied().index() + 1; index <= untilIndex; index++) {
      step(store, index);
    }
  }

  Applied step(LedgerStore store, long index) {
    Entry entry = entry(index);
    for (Submission submission : entry.submissions()) {
      store.outcome(store.apply(entry.ledgerTime(), submission));
    }
    return store.commit(1 + index / 100, index);
  }
}
