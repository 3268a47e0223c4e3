package org.ultravisor.ledger.store;

import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/**
 * How far the log is applied, and what came of it.
 *
 * @param term of the last log entry applied
 * @param index of that entry; {@link #NO_INDEX} before the first
 * @param sequence of the last leaf
 * @param ledgerTime milliseconds since 1970 of the last leaf
 * @param logRoot Merkle root over leaves 1 to {@code sequence}
 * @param stateHash hash of the state at {@code sequence}
 */
public record Applied(
    long term,
    long index,
    long sequence,
    long ledgerTime,
    MerkleHash logRoot,
    StateHash stateHash) {
  /** The index before the first log entry, which has index 0. */
  public static final long NO_INDEX = -1;

  static Applied nothing(StateHash empty) {
    return new Applied(0, NO_INDEX, 0, 0, MerkleHash.EMPTY, empty);
  }
}
