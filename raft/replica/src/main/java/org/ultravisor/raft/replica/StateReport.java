package org.ultravisor.raft.replica;

import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.StateHash;

/**
 * What a replica had at a sequence.
 *
 * @param logRoot Merkle root over the leaves up to it, in hexadecimal
 */
record StateReport(long sequence, StateHash stateHash, String logRoot) {
  Operation by(String replica) {
    return new Operation.ReportState(replica, sequence, stateHash, logRoot);
  }

  @Override
  public String toString() {
    return "state hash %s and log root %s".formatted(stateHash, logRoot);
  }
}
