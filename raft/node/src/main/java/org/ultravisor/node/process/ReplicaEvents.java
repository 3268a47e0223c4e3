package org.ultravisor.node.process;

import java.util.List;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.raft.replica.ReplicaListener;

/** Tells the host's side first, so that views are written before anybody hears of a sequence. */
final class ReplicaEvents implements ReplicaListener {
  private final ReplicaListener host;
  private final SequenceWaits waits;

  ReplicaEvents(ReplicaListener host, SequenceWaits waits) {
    this.host = host;
    this.waits = waits;
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
  public void leadership(boolean leaderReady) {
    host.leadership(leaderReady);
  }
}
