package org.ultravisor.node.audit;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.store.Compaction;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;

/** Where leaves come from. One thread. */
public interface LeafSource extends AutoCloseable {
  /** For messages. */
  String name();

  /** How far the log goes and what it commits to. */
  End end() throws IOException;

  /** The first leaf that can be read, as far as it is known without trying. */
  default long first() throws IOException {
    return 1;
  }

  /**
   * Where a replay can begin: at nothing, or at a checkpoint if history is compacted.
   *
   * @throws IOException also if the checkpoint is damaged
   */
  Beginning beginning() throws IOException;

  /**
   * Leaves in order, at most so many; fewer only if there are no more or the source gives them in
   * parts, none only behind the last.
   *
   * @param from from 1
   */
  List<AuditLeaf> leaves(long from, int most) throws IOException;

  @Override
  void close() throws IOException;

  /**
   * The log's beginning.
   *
   * @param ledger as it was at the checkpoint, or an empty one; the caller's
   * @param frontier right edge of the Merkle tree over the leaves up to there; the caller's
   * @param checkpoint what is forgotten, if anything is
   */
  record Beginning(Ledger ledger, MerkleFrontier frontier, Optional<Compaction> checkpoint) {
    /** Nothing is forgotten. */
    public static Beginning ofEverything() {
      return new Beginning(new Ledger(), new MerkleFrontier(), Optional.empty());
    }
  }

  /**
   * The log's end.
   *
   * @param sequence of the last leaf, 0 for none
   * @param logRoot Merkle root over all leaves, in hexadecimal
   */
  record End(long sequence, String logRoot) {}
}
