package org.ultravisor.raft.replica;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.codec.CodecException;
import org.ultravisor.ledger.codec.EncodedTransaction;
import org.ultravisor.ledger.codec.Entry;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;

/**
 * Puts the transactions that wait at the leader into one log entry. While no entry is on its way
 * the next one leaves at once, with whatever waits, so an idle cluster adds no delay. While some
 * are, the next leaves when it is as large as all of those: an entry costs every replica about the
 * same whatever is in it, so a busy cluster makes few and large ones. Order of arrival is order in
 * the log.
 *
 * <p>This is the edge where time enters the ledger: each entry carries the leader's clock, which
 * never goes back behind an entry before it.
 *
 * <p>Two threads: one makes entries, one answers, so that no caller's code runs on Raft's threads
 * unless it says that it only hands over.
 */
final class GroupCommit implements AutoCloseable {
  /** What an entry has beside its transactions, and a transaction in it beside its bytes. */
  private static final int OVERHEAD_BYTES = 16;

  private final String replica;
  private final EntryLog log;
  private final LedgerCodec codec;
  private final CommitLimits limits;
  private final InstantSource clock;
  private final LongSupplier ledgerTime;
  private final ExecutorService maker;
  private final ExecutorService answers;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(); // guarded by lock
  private long bytesWaiting; // guarded by lock
  private int inFlight; // entries; guarded by lock
  private long bytesInFlight; // guarded by lock
  private long entries; // guarded by lock
  private long transactions; // guarded by lock
  private boolean closed; // guarded by lock
  private long lastTime; // the maker's own

  /**
   * @param handsOver whether the answer's dependents may run on any thread
   */
  private record Waiting(
      EncodedTransaction transaction, CompletableFuture<Outcome> answer, boolean handsOver) {
    int bytes() {
      return transaction.bytes() + OVERHEAD_BYTES;
    }
  }

  /** What goes into one entry. */
  private record Batch(List<Waiting> all, long bytes) {}

  /**
   * @param ledgerTime the time of the last applied transaction; any thread may ask
   */
  GroupCommit(
      String replica,
      EntryLog log,
      LedgerCodec codec,
      CommitLimits limits,
      InstantSource clock,
      LongSupplier ledgerTime) {
    this.replica = replica;
    this.log = log;
    this.codec = codec;
    this.limits = limits;
    this.clock = clock;
    this.ledgerTime = ledgerTime;
    this.answers = oneThread(replica + "-answers");
    this.maker = oneThread(replica + "-group-commit");
    maker.execute(this::run);
  }

  private static ExecutorService oneThread(String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  /** Fails with a {@link ReplicaException}. */
  CompletableFuture<Outcome> submit(Principal principal, Transaction transaction) {
    try {
      log.requireLeader();
      return enqueue(codec.encoded(principal, transaction), false);
    } catch (CodecException e) {
      return CompletableFuture.failedFuture(
          new TransactionTooLargeException(codec.maxEntryBytes(), e));
    } catch (ReplicaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** As above; completes on any thread, also Raft's: what depends on it only hands over. */
  CompletableFuture<Outcome> submit(EncodedTransaction transaction) {
    try {
      log.requireLeader();
      return enqueue(transaction, true);
    } catch (ReplicaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Outcome> enqueue(EncodedTransaction transaction, boolean handsOver) {
    Waiting one = new Waiting(transaction, new CompletableFuture<>(), handsOver);
    lock.lock();
    try {
      if (closed) {
        throw new ReplicaStoppedException(replica);
      }
      if (waiting.size() >= limits.transactionsWaiting()) {
        throw new BusyException(
            "replica %s is busy: %d transactions wait already".formatted(replica, waiting.size()));
      }
      waiting.add(one);
      bytesWaiting += one.bytes();
      if (mayLeave()) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    return one.answer();
  }

  private void run() {
    for (Batch batch = next(); batch != null; batch = next()) {
      Batch taken = batch;
      try {
        propose(taken);
      } catch (RuntimeException e) {
        answer(taken, null, e);
      }
    }
  }

  /** Waits for transactions and for room in flight; null when closed. */
  private @Nullable Batch next() {
    lock.lock();
    try {
      while (!closed && !mayLeave()) {
        changed.awaitUninterruptibly();
      }
      return closed ? null : drain();
    } finally {
      lock.unlock();
    }
  }

  private boolean mayLeave() {
    return !waiting.isEmpty()
        && inFlight < limits.entriesInFlight()
        && (bytesWaiting >= Math.min(bytesInFlight, limits.bytesPerEntry())
            || waiting.size() >= limits.transactionsPerEntry());
  }

  private Batch drain() {
    long most = Math.min(limits.bytesPerEntry(), codec.maxEntryBytes() - OVERHEAD_BYTES);
    List<Waiting> batch = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty() && batch.size() < limits.transactionsPerEntry()) {
      int more = waiting.getFirst().bytes();
      if (!batch.isEmpty() && bytes + more > most) {
        break;
      }
      batch.add(waiting.removeFirst());
      bytes += more;
    }
    bytesWaiting -= bytes;
    bytesInFlight += bytes;
    entries++;
    transactions += batch.size();
    inFlight++;
    return new Batch(batch, bytes);
  }

  private void propose(Batch batch) {
    long time = time();
    List<EncodedTransaction> encoded = batch.all().stream().map(Waiting::transaction).toList();
    byte[] bytes;
    try {
      bytes = codec.encodeEntry(time, encoded);
    } catch (CodecException e) { // one transaction that fills an entry, without room for the rest
      answer(batch, null, new TransactionTooLargeException(codec.maxEntryBytes(), e));
      return;
    }
    Entry entry = new Entry(time, encoded.stream().map(EncodedTransaction::submission).toList());
    var _ =
        log.append(new ProposedEntry(bytes, entry))
            .whenComplete((outcomes, failure) -> answer(batch, outcomes, failure));
  }

  private long time() {
    lastTime = Math.max(Math.max(clock.millis(), ledgerTime.getAsLong()), lastTime);
    return lastTime;
  }

  private void answer(Batch batch, @Nullable List<Outcome> outcomes, @Nullable Throwable failure) {
    lock.lock();
    try {
      inFlight--;
      bytesInFlight -= batch.bytes();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    tell(batch.all(), true, outcomes, failure);
    if (batch.all().stream().anyMatch(one -> !one.handsOver())) {
      answers.execute(() -> tell(batch.all(), false, outcomes, failure));
    }
  }

  private void tell(
      List<Waiting> batch,
      boolean handsOver,
      @Nullable List<Outcome> outcomes,
      @Nullable Throwable failure) {
    boolean answered = outcomes != null && outcomes.size() == batch.size();
    for (int i = 0; i < batch.size(); i++) {
      Waiting one = batch.get(i);
      if (one.handsOver() != handsOver) {
        continue;
      }
      if (outcomes != null && answered) {
        one.answer().complete(outcomes.get(i));
      } else {
        one.answer().completeExceptionally(unwrap(failure));
      }
    }
  }

  private Throwable unwrap(@Nullable Throwable failure) {
    Throwable cause = failure == null ? new IllegalStateException("not one outcome each") : failure;
    if (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof ReplicaException
        ? cause
        : new OutcomeUnknownException("replica " + replica + " does not know the outcome", cause);
  }

  /**
   * What group commit has done and what it has to do.
   *
   * @param entries made so far
   * @param transactions in them
   */
  record Load(long entries, long transactions, int waiting, int inFlight) {}

  /** Any thread. */
  Load load() {
    lock.lock();
    try {
      return new Load(entries, transactions, waiting.size(), inFlight);
    } finally {
      lock.unlock();
    }
  }

  /** Refuses what waits; what is in flight is still answered. */
  @Override
  public void close() {
    List<Waiting> refused;
    lock.lock();
    try {
      closed = true;
      refused = List.copyOf(waiting);
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (Waiting one : refused) {
      one.answer().completeExceptionally(new ReplicaStoppedException(replica));
    }
  }

  /** Ends the threads, after the log has answered all that it ever will. */
  void stop() {
    close();
    maker.close();
    answers.close();
  }
}
