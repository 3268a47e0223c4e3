package org.ultravisor.raft.replica;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
 * Lets ledger time pass where nothing else happens: once the leader's clock has passed a deadline
 * that the ledger waits for, the leader submits a tick. A tick that fails is submitted again, and
 * two of them do no harm. One thread.
 */
final class Ticker implements AutoCloseable {
  /** How much later than its deadline something may time out on an idle cluster. */
  static final long PERIOD_MILLIS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

  private final Transaction tick;
  private final Supplier<Due> due;
  private final BooleanSupplier leads;
  private final InstantSource clock;
  private final Function<Transaction, CompletableFuture<Outcome>> submit;
  private final FailStop failStop;
  private final ScheduledExecutorService timer;
  private @Nullable CompletableFuture<Outcome> submitted;

  /**
   * What the ledger waits for.
   *
   * @param deadline the earliest ledger time at which something times out; {@link #NEVER} if
   *     nothing does
   * @param ledgerTime of the last applied transaction
   */
  record Due(long deadline, long ledgerTime) {
    static final long NEVER = Long.MAX_VALUE;
  }

  /**
   * @param due any thread may ask
   * @param leads whether this replica is the leader and ready
   */
  Ticker(
      String replica,
      Supplier<Due> due,
      BooleanSupplier leads,
      InstantSource clock,
      Function<Transaction, CompletableFuture<Outcome>> submit,
      FailStop failStop) {
    this.tick = Transaction.sessionless(replica, new Operation.Tick());
    this.due = due;
    this.leads = leads;
    this.clock = clock;
    this.submit = submit;
    this.failStop = failStop;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(replica + "-ticker").factory());
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      tickIfDue();
    } catch (RuntimeException e) { // the timer would forget it, and nothing would time out again
      failStop.failed("ticking", e);
    }
  }

  private void tickIfDue() {
    CompletableFuture<Outcome> last = submitted;
    if (last != null && !last.isDone()) {
      return;
    }
    if (last != null && last.isCompletedExceptionally()) {
      LOG.info("A tick was not answered; if it is still due it comes again: {}", reason(last));
    }
    submitted = isDue(due.get()) && leads.getAsBoolean() ? submit.apply(tick) : null;
  }

  /** More may be due at once than one transaction ends, so the ledger's own time counts too. */
  private boolean isDue(Due now) {
    return now.deadline() != Due.NEVER
        && Math.max(clock.millis(), now.ledgerTime()) >= now.deadline();
  }

  private static String reason(CompletableFuture<Outcome> failed) {
    return String.valueOf(failed.exceptionNow());
  }

  @Override
  public void close() {
    timer.close();
  }
}
