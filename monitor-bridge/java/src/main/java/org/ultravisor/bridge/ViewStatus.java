package org.ultravisor.bridge;

/**
 * What a version carries beside the map.
 *
 * @param partitionState 0 created, 1 running, 2 paused, 3 stopped, 4 zombie, 5 destroyed
 * @param nonce of the attached monitor, 0 if none
 * @param incarnation that the ledger issued to it
 * @param floor the ledger sequence of its attachment
 */
record ViewStatus(int partitionState, long nonce, long incarnation, long floor) {
  static final ViewStatus INITIAL = new ViewStatus(0, 0, 0, 0);

  ViewStatus {
    if (partitionState < 0 || partitionState > 5) {
      throw new IllegalArgumentException("partition state is not in 0..5: " + partitionState);
    }
  }

  ViewStatus withPartitionState(int state) {
    return new ViewStatus(state, nonce, incarnation, floor);
  }

  ViewStatus withAttachment(long newNonce, long newIncarnation, long newFloor) {
    return new ViewStatus(partitionState, newNonce, newIncarnation, newFloor);
  }
}
