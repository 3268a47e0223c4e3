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
import org.ultravisor.ledger.codec.Entry;
import org.ultravisor.ledger.codec.Fingerprint;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;

/**
 * Puts the transactions that wait at the leader into one log entry. While few entries are on their
 * way the next one leaves at once, with whatever waits, so an idle cluster adds no delay; while all
 * are, transactions gather, so a busy one makes large entries. Order of arrival is order in the
 * log.
 *
 * <p>This is the edge where time enters the ledger: each entry carries the leader's clock, which
 * never goes back behind an entry before it.
 *
 * <p>Two threads: one makes entries, one answers, so that no caller's code runs on Raft's threads.
 */
final class GroupCommit implements AutoCloseable {
  /** A guess at an operation's size; entries that come out too large are split. */
  private static final int BYTES_PER_OPERATION = 64;

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
  private int inFlight; // guarded by lock
  private long entries; // guarded by lock
  private long transactions; // guarded by lock
  private boolean closed; // guarded by lock
  private long lastTime; // the maker's own

  private record Waiting(Submission submission, CompletableFuture<Outcome> answer) {
    int weight() {
      return submission.transaction().operations().size() * BYTES_PER_OPERATION;
    }
  }

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
      Submission submission = new Submission(principal, transaction, Fingerprint.of(transaction));
      CompletableFuture<Outcome> answer = new CompletableFuture<>();
      enqueue(new Waiting(submission, answer));
      return answer;
    } catch (ReplicaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void enqueue(Waiting one) {
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
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
      List<Waiting> taken = batch;
      try {
        propose(taken);
      } catch (RuntimeException e) {
        answers.execute(() -> answer(taken, null, e));
      }
    }
  }

  /** Waits for transactions and for room in flight; empty when closed. */
  private List<Waiting> next() {
    lock.lock();
    try {
      while (!closed && (waiting.isEmpty() || inFlight >= limits.entriesInFlight())) {
        changed.awaitUninterruptibly();
      }
      return closed ? List.of() : drain();
    } finally {
      lock.unlock();
    }
  }

  private List<Waiting> drain() {
    List<Waiting> batch = new ArrayList<>();
    long weight = 0;
    while (!waiting.isEmpty() && batch.size() < limits.transactionsPerEntry()) {
      weight += waiting.getFirst().weight();
      if (!batch.isEmpty() && weight > limits.bytesPerEntry()) {
        break;
      }
      batch.add(waiting.removeFirst());
    }
    entries++;
    transactions += batch.size();
    inFlight++;
    return batch;
  }

  private void propose(List<Waiting> batch) {
    byte[] entry;
    try {
      entry =
          codec.encodeEntry(new Entry(time(), batch.stream().map(Waiting::submission).toList()));
    } catch (CodecException e) {
      split(batch, e);
      return;
    }
    var _ =
        log.append(entry)
            .whenCompleteAsync((outcomes, failure) -> answer(batch, outcomes, failure), answers);
  }

  private void split(List<Waiting> batch, CodecException tooLarge) {
    if (batch.size() == 1) {
      Throwable refusal = new TransactionTooLargeException(codec.maxEntryBytes(), tooLarge);
      answers.execute(() -> answer(batch, null, refusal));
      return;
    }
    lock.lock();
    try {
      inFlight++;
    } finally {
      lock.unlock();
    }
    propose(batch.subList(0, batch.size() / 2));
    propose(batch.subList(batch.size() / 2, batch.size()));
  }

  private long time() {
    lastTime = Math.max(Math.max(clock.millis(), ledgerTime.getAsLong()), lastTime);
    return lastTime;
  }

  private void answer(
      List<Waiting> batch, @Nullable List<Outcome> outcomes, @Nullable Throwable failure) {
    lock.lock();
    try {
      inFlight--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean answered = outcomes != null && outcomes.size() == batch.size();
    for (int i = 0; i < batch.size(); i++) {
      CompletableFuture<Outcome> answer = batch.get(i).answer();
      if (outcomes != null && answered) {
        answer.complete(outcomes.get(i));
      } else {
        answer.completeExceptionally(unwrap(failure));
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
   * @param entries made so far, before those too large were split
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
