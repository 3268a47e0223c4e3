package org.ultravisor.raft.replica;

import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerQueries;
import org.ultravisor.ledger.core.Operation;

/**
 * Keeps a replica from deciding by rules that its program does not know, and says what it knows.
 * The apply thread's, except {@link #unsent} and {@link #refused}.
 */
final class RulesGuard {
  private final String replica;
  private final int known;
  private volatile boolean attached;
  private volatile int announced;
  private volatile long sequence;

  /**
   * @param known the newest rules that the program decides by
   */
  RulesGuard(String replica, int known) {
    this.replica = replica;
    this.known = known;
  }

  /**
   * Called before anything is decided, and again as soon as rules may have been activated.
   *
   * @throws IllegalStateException if the active rules are newer than the program
   */
  void requireKnown(LedgerQueries state) {
    int active = state.rulesVersion();
    if (active > known) {
      throw new IllegalStateException(
          "the ledger decides by rules %d from sequence %d on, and this program knows rules up to"
                  .formatted(active, state.sequence() + 1)
              + " %d. Nothing was decided by them here: install the newer program that the other"
                  .formatted(known)
              + " replicas run and start replica %s again".formatted(replica));
    }
  }

  /** The state was read from disk or replaced. */
  void restart(Ledger ledger) {
    LedgerQueries state = ledger.queries();
    requireKnown(state);
    attached = state.replicas().stream().anyMatch(one -> one.replica().equals(replica));
    announced = state.rulesKnownTo(replica);
    sequence = state.sequence();
  }

  void applied(List<Leaf> leaves) {
    for (Leaf leaf : leaves) {
      for (Event event : SelfReports.factsOf(leaf)) {
        if (event instanceof Event.ReplicaAttached fact && fact.replica().equals(replica)) {
          announced = 1; // what an earlier program of this replica said does not count any more
          attached = true;
        } else if (event instanceof Event.RulesAnnounced fact && fact.replica().equals(replica)) {
          announced = fact.newest();
        }
      }
    }
    sequence = leaves.getLast().sequence();
  }

  /** This replica was told that it is not attached, as far as it has heard it is. Any thread. */
  void refused() {
    attached = false;
  }

  /**
   * What is still to be said. Any thread.
   *
   * @param said at which sequence it was said last, which may not be applied here yet
   */
  Optional<Operation> unsent(long said) {
    return sequence >= said && attached && announced != known
        ? Optional.of(new Operation.AnnounceRules(replica, known))
        : Optional.empty();
  }
}
