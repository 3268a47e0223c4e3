package org.ultravisor.ledger.core;

/** What the two ends of a channel may do with it. */
public enum ChannelState {
  /** An end has not started yet. */
  CONNECTING,
  /** Both ends run. */
  OPEN,
  /** An end is paused or stopped; the other must leave the memory alone until it is back. */
  PAUSED,
  /** The memory is being taken back from the end that borrows it. */
  CLOSING;

  /** The state of a channel that is not being closed, by those of its ends. */
  static ChannelState of(PartitionState one, PartitionState other) {
    if (one == PartitionState.CREATED || other == PartitionState.CREATED) {
      return CONNECTING;
    }
    return one == PartitionState.RUNNING && other == PartitionState.RUNNING ? OPEN : PAUSED;
  }
}
