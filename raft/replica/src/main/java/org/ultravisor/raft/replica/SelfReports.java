package org.ultravisor.raft.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;

/**
 * Puts into the log what a replica says of itself: its state at fixed sequences and the rules that
 * it knows. What is not answered is sent again, which does no harm. One thread.
 */
final class SelfReports implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SelfReports.class);
  private static final long PERIOD_MILLIS = 100;

  /** Of looks after one that failed, until the next try. */
  private static final int PAUSE = 10;

  private final String replica;
  private final Divergence divergence;
  private final RulesGuard rules;
  private final Function<Transaction, CompletableFuture<Outcome>> submit;
  private final FailStop failStop;
  private final ScheduledExecutorService timer;
  private List<Operation> sent = List.of();
  private @Nullable CompletableFuture<Outcome> answer;
  private long answeredAt;
  private int pause;

  /**
   * @param submit to whichever replica leads
   */
  SelfReports(
      String replica,
      Divergence divergence,
      RulesGuard rules,
      Function<Transaction, CompletableFuture<Outcome>> submit,
      FailStop failStop) {
    this.replica = replica;
    this.divergence = divergence;
    this.rules = rules;
    this.submit = submit;
    this.failStop = failStop;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(replica + "-self-reports").factory());
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The facts among which those of this kind are: replicas report without a session. */
  static List<Event> factsOf(Leaf leaf) {
    return leaf.submission().transaction().session() == Transaction.NO_SESSION
            && leaf.outcome() instanceof Outcome.Committed(long at, List<Event> facts)
        ? facts
        : List.of();
  }

  private void look() {
    try {
      CompletableFuture<Outcome> last = answer;
      if (failStop.stopped() || (last != null && !last.isDone())) {
        return;
      }
      if (last != null) {
        answer = null;
        conclude(last);
      }
      if (pause > 0) {
        pause--;
      } else {
        send();
      }
    } catch (RuntimeException e) { // the timer would forget it, and nobody would notice
      failStop.failed("reporting the state", e);
    }
  }

  private void conclude(CompletableFuture<Outcome> last) {
    if (last.isCompletedExceptionally()) {
      LOG.info(
          "A report was not answered and is sent again: {}", String.valueOf(last.exceptionNow()));
      pause = PAUSE;
      return;
    }
    divergence.drop(sent);
    answeredAt = last.resultNow().sequence();
    if (last.resultNow() instanceof Outcome.Refused refused) {
      LOG.warn("A report of replica {} was refused: {}", replica, refused);
      rules.refused();
    }
  }

  private void send() {
    List<Operation> reports = new ArrayList<>(divergence.unsent());
    if (reports.isEmpty()) {
      rules.unsent(answeredAt).ifPresent(reports::add);
    }
    if (!reports.isEmpty()) {
      sent = reports;
      answer = submit.apply(Transaction.sessionless(replica, reports.toArray(Operation[]::new)));
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
