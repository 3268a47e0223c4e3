package org.ultravisor.ledger.command.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.EncodedTransaction;
import org.ultravisor.ledger.command.CheckpointPage;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.Consistency;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Transaction;

/**
 * The replica behind a command channel. Called from any thread and never waits; stages complete on
 * any thread, and fail with a {@link CommandFailure}.
 */
public interface CommandBackend {

  /**
   * Puts a principal's transaction into the log and answers what became of it. Fails definitely
   * with {@link CommandFailure.NotLeader}, {@link CommandFailure.Busy}, {@link
   * CommandFailure.TooLarge} or {@link CommandFailure.Unavailable}; with anything else it may have
   * happened.
   */
  CompletionStage<Outcome> submit(Principal principal, Transaction transaction);

  /**
   * As {@link #submit(Principal, Transaction)}, of a transaction whose bytes are at hand and need
   * not be made again. The stage may complete on a thread that must not be kept: what depends on it
   * only hands over.
   */
  default CompletionStage<Outcome> submit(EncodedTransaction transaction) {
    return submit(transaction.submission().principal(), transaction.transaction());
  }

  /**
   * Asks the state.
   *
   * @param query may be called on any thread; what it is given is only valid during the call
   */
  <T> CompletionStage<T> read(
      Consistency consistency, Function<? super LedgerQueries, ? extends T> query);

  /**
   * As {@link #read}, for queries that take microseconds: many of them are answered together.
   *
   * @param query as there; keeps all others waiting that are asked meanwhile
   */
  default <T> CompletionStage<T> readBriefly(
      Consistency consistency, Function<? super LedgerQueries, ? extends T> query) {
    return read(consistency, query);
  }

  /**
   * This replica's leaves from a sequence on, in order; fewer than asked for at the log's end, none
   * beyond it. Fails with {@link CommandFailure.Compacted} if the first of them is no longer kept.
   *
   * @param from at least 1
   * @param most at least 1
   */
  CompletionStage<List<AuditLeaf>> leaves(long from, int most);

  /**
   * Part of the checkpoint that this replica keeps for compacted history; empty if none is.
   *
   * @param after table and key of the record that comes before, in hexadecimal; empty for the first
   */
  CompletionStage<Optional<CheckpointPage>> checkpoint(String after);

  /**
   * Completes with this replica's sequence when it has reached the one given, or when that time has
   * passed.
   */
  CompletionStage<Long> awaitSequence(long sequence, Duration atMost);

  /** What this replica says of itself now. */
  ClusterStatus status();

  /** What an operator may ask of the cluster. */
  default ClusterBackend cluster() {
    return ClusterBackend.NONE;
  }
}
