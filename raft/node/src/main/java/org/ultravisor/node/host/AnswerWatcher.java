package org.ultravisor.node.host;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;

/**
 * A thread that looks at the files of the host's monitors and agent and submits what the ledger
 * does not know yet: often while something is awaited, which it is told; else seldom, for what
 * begins or ends by itself.
 */
final class AnswerWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerWatcher.class);
  private static final long BUSY_NANOS = 500_000;
  private static final long IDLE_NANOS = 50_000_000;
  private static final long AFTER_ERROR_NANOS = 1_000_000_000;

  private final String replica;
  private final Operation.AttachReplica attachment;
  private final Reports reports;
  private final AnswerSource source;
  private final Supplier<HostFacts> facts;
  private final BooleanSupplier leading;
  private final Function<Transaction, CompletableFuture<Outcome>> submit;
  private final Pacing pacing;
  private final Queue<Answered> answered = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  private record Answered(Operation operation, boolean committed) {}

  /**
   * Does not start yet.
   *
   * @param attachment of this replica, submitted until the facts say that it was applied
   * @param deferral how long to let the leader be first; longer than a follower takes to hear of
   *     what the leader committed, or all replicas of a host would report everything
   * @param facts what the ledger says; any thread
   * @param leading whether this replica leads; any thread
   * @param submit to the cluster, wherever its leader is; may be called by any thread
   */
  AnswerWatcher(
      Operation.AttachReplica attachment,
      Reports reports,
      AnswerSource source,
      Duration deferral,
      Supplier<HostFacts> facts,
      BooleanSupplier leading,
      Function<Transaction, CompletableFuture<Outcome>> submit) {
    this.replica = attachment.replica();
    this.attachment = attachment;
    this.reports = reports;
    this.source = source;
    this.pacing = new Pacing(deferral.toNanos());
    this.facts = facts;
    this.leading = leading;
    this.submit = submit;
    this.thread = Thread.ofPlatform().daemon().name(replica + "-host-answers").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Something is awaited from now on. Any thread. */
  void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      long pause;
      try {
        pause = lookOnce() ? BUSY_NANOS : IDLE_NANOS;
      } catch (IOException e) {
        LOG.warn("Cannot look for the answers of this host's monitors; trying again", e);
        pause = AFTER_ERROR_NANOS;
      }
      LockSupport.parkNanos(pause);
    }
  }

  /** Looks once and submits what is due; whether something is awaited. */
  boolean lookOnce() throws IOException {
    HostFacts known = facts.get();
    Answers answers = source.read(known);
    // Before its own attachment is applied, this replica is catching up: it knows old facts.
    List<Operation> due =
        known.replicaAttached() ? reports.due(known, answers) : List.of(attachment);
    long now = System.nanoTime();
    for (Answered one = answered.poll(); one != null; one = answered.poll()) {
      pacing.answered(one.operation(), one.committed(), now);
    }
    for (Operation operation : pacing.ready(due, leading.getAsBoolean(), now)) {
      report(operation);
    }
    return known.somethingIsAwaited() || !due.isEmpty();
  }

  // Each report is a transaction of its own: a stale one must not take others with it.
  private void report(Operation operation) {
    var _ =
        submit
            .apply(Transaction.sessionless(replica, operation))
            .whenComplete((outcome, failure) -> note(operation, outcome, failure));
  }

  private void note(Operation operation, @Nullable Outcome outcome, @Nullable Throwable failure) {
    boolean committed = outcome instanceof Outcome.Committed;
    if (!committed) {
      LOG.info("{} was not taken: {}", operation, failure != null ? failure.toString() : outcome);
    }
    answered.add(new Answered(operation, committed));
  }

  /** Ends the thread; answers that are on their way are not waited for. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
