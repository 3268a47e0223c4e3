package org.ultravisor.node.process;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.raft.replica.ReplicaListener;

/** Tells the host's side first, so that views are written before anybody hears of a sequence. */
final class ReplicaEvents implements ReplicaListener {
  private final ReplicaListener host;
  private final SequenceWaits waits;
  private final CompletableFuture<String> removed;

  /**
   * @param removed completed with a sentence when the replica was taken out of the cluster
   */
  ReplicaEvents(ReplicaListener host, SequenceWaits waits, CompletableFuture<String> removed) {
    this.host = host;
    this.waits = waits;
    this.removed = removed;
  }

  @Override
  public void recovered(Ledger ledger) {
    host.recovered(ledger);
    waits.reach(ledger.sequence());
  }

  @Override
  public void applied(List<Leaf> leaves, Ledger ledger) {
    host.applied(leaves, ledger);
    waits.reach(ledger.sequence());
  }

  @Override
  public void snapshotInstalled(Ledger ledger) {
    host.snapshotInstalled(ledger);
    waits.reach(ledger.sequence());
  }

  @Override
  public void removed(String why) {
    removed.complete(why);
  }

  @Override
  public void leadership(boolean leaderReady) {
    host.leadership(leaderReady);
  }
}
