package org.ultravisor.ledger.store;

import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.StateImage;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;

/**
 * The ledger and the Merkle edge as they were at the applied index: the flushed state, then the
 * events of the leaves after it.
 *
 * @param flushed image of the state family
 */
record Recovery(Applied applied, Ledger ledger, StateImage flushed, MerkleFrontier frontier) {

  static Recovery of(Database database, AuditLog log, LeafTable leaves, MerkleTable nodes) {
    Applied applied = log.applied();
    Flushed flushed = new StateTable(database).flushed();
    Ledger ledger = restore(database, flushed);
    StateImage image = ledger.image();
    Replay replay = new Replay(ledger, ReplayMode.EVENTS);
    replay.all(leaves, applied.sequence(), database.directory());
    MerkleFrontier frontier = new MerkleFrontier(applied.sequence(), nodes);
    require(database, "log root", applied.logRoot(), frontier.root());
    require(database, "state hash", applied.stateHash(), ledger.hash());
    require(database, "leaf behind the last", false, leaves.has(applied.sequence() + 1));
    require(database, "sequence", applied.sequence(), ledger.sequence());
    return new Recovery(applied, ledger, image, frontier);
  }

  private static Ledger restore(Database database, Flushed flushed) {
    try {
      return new StateTable(database)
          .load(records -> Ledger.restore(flushed.sequence(), flushed.stateHash(), records));
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      // The records are not trusted here: whatever the ledger has against them is the finding.
      throw new StoreCorruptedException(
          "%s, state at sequence %d: %s"
              .formatted(database.directory(), flushed.sequence(), e.getMessage()),
          e);
    }
  }

  private static void require(Database database, String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new StoreCorruptedException(
          "%s, %s: as applied %s, as recovered %s"
              .formatted(database.directory(), what, expected, found));
    }
  }
}
