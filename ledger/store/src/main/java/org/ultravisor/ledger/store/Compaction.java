package org.ultravisor.ledger.store;

import java.util.Iterator;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.core.StateRecord;

/**
 * How far a store has forgotten its history, and the checkpoint that it has instead.
 *
 * @param through sequence of the checkpoint, whose own leaf is kept: the earliest that can be
 *     replayed
 * @param dropped how many leaves below it are known by hash only; open sessions may still ask for
 *     the answers in the others
 * @param stateHash of the checkpoint, as leaf {@code through} has it
 * @param records of the checkpoint
 * @param commitment SHA-256 over all of them, 64 hexadecimal digits: the same on every replica
 */
public record Compaction(
    long through, long dropped, StateHash stateHash, long records, String commitment) {

  /**
   * The ledger at the checkpoint, from its records, in order.
   *
   * @throws IllegalStateException if their hash or their commitment is not the one said
   */
  public Ledger restore(Iterator<StateRecord> all) {
    CheckpointDigest digest = new CheckpointDigest(through, stateHash);
    Iterator<StateRecord> seen =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return all.hasNext();
          }

          @Override
          public StateRecord next() {
            StateRecord record = all.next();
            digest.add(record);
            return record;
          }
        };
    Ledger ledger = Ledger.restore(through, stateHash, () -> seen);
    // Records that are not canonical may make the same state; they are not the ones written.
    Difference difference = digest.difference(this);
    if (difference != null) {
      throw new IllegalStateException(difference.toString());
    }
    return ledger;
  }
}
