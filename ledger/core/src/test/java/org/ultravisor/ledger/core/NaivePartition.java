package org.ultravisor.ledger.core;

/**
 * A partition.
 *
 * @param monitor incarnation of its monitor; 0 if none is attached
 * @param acknowledged the highest sequence that this monitor acknowledged
 */
record NaivePartition(
    int id,
    String name,
    PartitionKind kind,
    PartitionState state,
    Limits limits,
    long monitor,
    String host,
    long nonce,
    long acknowledged) {

  NaivePartition(int id, String name, PartitionKind kind, Limits limits) {
    this(id, name, kind, PartitionState.CREATED, limits, 0, "", 0, 0);
  }

  boolean zombie() {
    return state == PartitionState.ZOMBIE;
  }

  NaivePartition in(PartitionState other) {
    return new NaivePartition(id, name, kind, other, limits, monitor, host, nonce, acknowledged);
  }

  NaivePartition limited(Limits other) {
    return new NaivePartition(id, name, kind, state, other, monitor, host, nonce, acknowledged);
  }

  NaivePartition attached(long incarnation, String on, long by, long floor) {
    return new NaivePartition(id, name, kind, state, limits, incarnation, on, by, floor);
  }
}
