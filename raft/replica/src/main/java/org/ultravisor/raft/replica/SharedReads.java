package org.ultravisor.raft.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.LedgerReader;

/**
 * Linearizable reads. All that come while a round is out share the next one: one confirmation of
 * the leader, one question to Ratis, and for those that are brief one reader and one thread. A
 * round that was out before a question cannot answer it. Any thread.
 */
final class SharedReads {
  private final Supplier<CompletableFuture<Void>> readIndex;
  private final Supplier<LedgerReader> readers;
  private final Executor threads;
  private List<Asked<?>> gathering = new ArrayList<>(); // guarded by this
  private boolean running; // guarded by this

  private record Asked<T>(
      Function<? super LedgerReader, ? extends T> query,
      boolean brief,
      CompletableFuture<T> answer) {

    void read(LedgerReader reader) {
      try {
        answer.complete(query.apply(reader));
      } catch (Throwable e) {
        answer.completeExceptionally(e);
      }
    }
  }

  /**
   * @param readIndex completes when this replica has applied everything that was committed before
   *     the call
   * @param readers of the state as it is then; may throw
   * @param threads where queries run
   */
  SharedReads(
      Supplier<CompletableFuture<Void>> readIndex,
      Supplier<LedgerReader> readers,
      Executor threads) {
    this.readIndex = readIndex;
    this.readers = readers;
    this.threads = threads;
  }

  /**
   * @param brief whether the query may keep others waiting
   */
  <T> CompletableFuture<T> read(Function<? super LedgerReader, ? extends T> query, boolean brief) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    synchronized (this) {
      gathering.add(new Asked<>(query, brief, answer));
      if (running) {
        return answer;
      }
      running = true;
    }
    round();
    return answer;
  }

  private void round() {
    List<Asked<?>> asked;
    synchronized (this) {
      asked = gathering;
      gathering = new ArrayList<>();
      if (asked.isEmpty()) {
        running = false;
        return;
      }
    }
    var _ = readIndex.get().whenComplete((nothing, failure) -> confirmed(asked, failure));
  }

  private void confirmed(List<Asked<?>> asked, @Nullable Throwable failure) {
    try {
      threads.execute(
          () -> {
            round(); // the next is out while this one is answered
            answer(asked, failure);
          });
    } catch (RejectedExecutionException closing) {
      fail(asked, closing);
    }
  }

  private void answer(List<Asked<?>> asked, @Nullable Throwable failure) {
    if (failure != null) {
      fail(asked, failure);
      return;
    }
    try {
      for (Asked<?> one : asked) {
        if (!one.brief()) {
          threads.execute(() -> answerTogether(List.of(one)));
        }
      }
      answerTogether(asked.stream().filter(Asked::brief).toList());
    } catch (RejectedExecutionException closing) {
      fail(asked, closing);
    }
  }

  private void answerTogether(List<? extends Asked<?>> asked) {
    if (asked.isEmpty()) {
      return;
    }
    try (LedgerReader reader = readers.get()) {
      asked.forEach(one -> one.read(reader));
    } catch (RuntimeException e) { // there is no state to be read now
      fail(asked, e);
    }
  }

  /** Those that are not answered. */
  private static void fail(List<? extends Asked<?>> asked, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    asked.forEach(one -> one.answer().completeExceptionally(cause));
  }
}
