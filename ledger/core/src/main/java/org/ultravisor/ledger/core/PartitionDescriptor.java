package org.ultravisor.ledger.core;

import java.util.SortedMap;

/** What a partition is, apart from what it holds. */
record PartitionDescriptor(
    int id,
    String name,
    PartitionKind kind,
    PartitionState state,
    Limits limits,
    SortedMap<String, String> labels) {

  PartitionDescriptor withState(PartitionState other) {
    return new PartitionDescriptor(id, name, kind, other, limits, labels);
  }

  PartitionDescriptor withLimits(Limits other) {
    return new PartitionDescriptor(id, name, kind, state, other, labels);
  }

  boolean isZombie() {
    return state == PartitionState.ZOMBIE;
  }
}
