package org.ultravisor.node.process;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.ultravisor.ledger.command.client.LedgerClient;
import org.ultravisor.ledger.command.client.Result;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.raft.replica.NotLeaderException;
import org.ultravisor.raft.replica.Replica;

/**
 * Submits this process's own transactions, which are harmless when done twice: to the replica
 * itself if it leads, else through the command channel to whoever does.
 */
final class LeaderSubmission implements Function<Transaction, CompletableFuture<Outcome>> {
  private final Replica replica;
  private final LedgerClient others;

  /**
   * @param others asks the other replicas
   */
  LeaderSubmission(Replica replica, LedgerClient others) {
    this.replica = replica;
    this.others = others;
  }

  @Override
  public CompletableFuture<Outcome> apply(Transaction transaction) {
    return replica
        .submitOwn(transaction)
        .exceptionallyCompose(
            failure ->
                cause(failure) instanceof NotLeaderException
                    ? others.submitAsIs(transaction).thenApply(LeaderSubmission::outcome)
                    : CompletableFuture.failedFuture(failure));
  }

  private static Outcome outcome(Result result) {
    return switch (result) {
      case Result.Committed done -> new Outcome.Committed(done.sequence(), done.events());
      case Result.Refused refused -> refused.refusal();
      case Result.Unknown unknown ->
          throw new CompletionException(new IOException("no answer: " + unknown.why()));
    };
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
