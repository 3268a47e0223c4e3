package org.ultravisor.ledger.store;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;

/** A ledger that follows the audit log and says where the log is not what the ledger did. */
final class Replay {
  private final Ledger ledger;
  private final ReplayMode mode;

  Replay(Ledger ledger, ReplayMode mode) {
    this.ledger = ledger;
    this.mode = mode;
  }

  Ledger ledger() {
    return ledger;
  }

  /** Takes the next leaf; gives what does not fit, after which the replay has ended. */
  @Nullable Difference next(AuditLeaf next) {
    Leaf leaf = next.leaf();
    try {
      if (mode == ReplayMode.DECISIONS) {
        Execution expected = new Execution.Executed(leaf);
        Execution found = ledger.execute(leaf.ledgerTime(), leaf.submission());
        if (!found.equals(expected)) {
          return difference(leaf, "decision", expected, found);
        }
      } else {
        ledger.replay(leaf);
      }
    } catch (RuntimeException e) {
      // The leaf is not trusted here: whatever the ledger has against it is the finding.
      return difference(leaf, "replay", "a leaf that the ledger takes", e);
    }
    return next.stateHash().equals(ledger.hash())
        ? null
        : difference(leaf, "state hash, by " + mode, ledger.hash(), next.stateHash());
  }

  /**
   * Takes all leaves up to one.
   *
   * @param where they are, for the error
   * @throws StoreException if one cannot be read, or does not fit
   */
  void all(LeafTable leaves, long last, Path where) {
    try (LeafReader reader = new LeafReader(leaves, ledger.sequence() + 1, last)) {
      for (List<LeafReader.Read> some = reader.next(); !some.isEmpty(); some = reader.next()) {
        for (LeafReader.Read read : some) {
          Difference difference = next(read.leaf());
          if (difference != null) {
            throw new StoreCorruptedException(where + ", " + difference);
          }
        }
      }
    }
  }

  private static Difference difference(Leaf leaf, String what, Object expected, Object found) {
    return new Difference(leaf.sequence(), what, expected.toString(), found.toString());
  }
}
