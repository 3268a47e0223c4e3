package org.ultravisor.node.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.command.CheckpointPage;
import org.ultravisor.ledger.command.CheckpointRecord;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.StateRecord;
import org.ultravisor.ledger.store.Compaction;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;
import org.ultravisor.ledger.store.merkle.MerkleHash;
import org.ultravisor.node.audit.LeafSource.Beginning;

/**
 * The checkpoint of a live cluster, page by page, from whichever replicas answer: its commitment is
 * the same on all of them, and compared.
 */
final class LiveCheckpoint {
  private final Cluster cluster;

  LiveCheckpoint(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Its sequence; empty if nothing is compacted. */
  Optional<Long> through() throws CliFailure, InterruptedException {
    return page("").map(CheckpointPage::through);
  }

  /** Fetches all of it. */
  Beginning beginning() throws CliFailure, InterruptedException, IOException {
    CheckpointPage first = page("").orElse(null);
    if (first == null) {
      return Beginning.ofEverything();
    }
    Compaction said = said(first);
    List<StateRecord> records = new ArrayList<>();
    try {
      for (CheckpointPage next = first; !next.page().isEmpty(); ) {
        for (CheckpointRecord record : next.page()) {
          records.add(record.record());
        }
        next = page(next.page().getLast().position()).orElse(null);
        if (next == null || !said(next).commitment().equals(said.commitment())) {
          throw new IOException(
              "the cluster's checkpoint changed while it was fetched; audit once more");
        }
      }
      Ledger ledger = said.restore(records.iterator());
      Iterator<String> edge = first.frontier().iterator();
      MerkleFrontier frontier =
          new MerkleFrontier(said.through(), (level, index) -> MerkleHash.parse(edge.next()));
      return new Beginning(ledger, frontier, Optional.of(said));
    } catch (RuntimeException e) {
      // What came is not trusted: whatever there is against it is the finding.
      throw new IOException("the cluster's checkpoint is not one: " + e.getMessage(), e);
    }
  }

  private Optional<CheckpointPage> page(String after) throws CliFailure, InterruptedException {
    return cluster.answer(cluster.client().checkpoint(after));
  }

  private static Compaction said(CheckpointPage page) {
    return new Compaction(
        page.through(), page.dropped(), page.stateHash(), page.records(), page.commitment());
  }
}
