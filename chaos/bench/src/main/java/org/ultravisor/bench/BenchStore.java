package org.ultravisor.bench;

import java.nio.file.Path;
import java.util.List;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.LedgerStore;
import org.ultravisor.ledger.store.StoreOptions;

/**
 * A store that a case fills without a cluster: one session, each transaction an entry of the log,
 * none refused. One thread.
 */
final class BenchStore implements AutoCloseable {
  private static final long TIME = 1_795_000_000_000L;

  private final LedgerStore store;
  private final long session;
  private long requests;
  private long index;

  private BenchStore(LedgerStore store) {
    this.store = store;
    Outcome.Committed opened =
        apply(Transaction.sessionless("bench", new Operation.OpenSession(1)));
    this.session = ((Event.SessionOpened) opened.events().getFirst()).session();
  }

  /** Creates it in a directory that is not there yet. */
  static BenchStore create(Path directory) {
    return new BenchStore(LedgerStore.open(directory, StoreOptions.DEFAULT));
  }

  /** Executes and commits a transaction. */
  void request(List<Operation> operations) {
    requests++;
    apply(new Transaction(session, requests, requests, "bench", List.of(), operations));
  }

  private Outcome.Committed apply(Transaction transaction) {
    Execution execution = store.apply(TIME + requests, Submission.local(transaction, requests));
    index++;
    store.commit(1, index);
    if (execution instanceof Execution.Executed executed
        && executed.leaf().outcome() instanceof Outcome.Committed committed) {
      return committed;
    }
    throw new IllegalStateException("the benchmark's own request was not committed: " + execution);
  }

  /** Brings the state on disk up to date and closes the store in order. */
  @Override
  public void close() {
    store.flushState().join();
    store.close();
  }
}
