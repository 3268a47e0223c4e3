package org.ultravisor.ledger.core;

import java.util.Optional;
import java.util.OptionalLong;
import org.ultravisor.mapping.MemoryMapView;
import org.ultravisor.mapping.OwnerMapView;

/** Queries on the state as it is; for the ledger's thread. */
final class LiveQueries extends Queries {
  private final State state;

  LiveQueries(State state) {
    super(state.liveViews());
    this.state = state;
  }

  @Override
  OwnerMapView owner() {
    return state.memory.owner();
  }

  @Override
  int numberOf(String partition) {
    return state.indexes.partitionByName.getOrDefault(partition, 0);
  }

  @Override
  public MemoryMapView memoryMap(int partition) {
    return state.memory.mapOf(partition);
  }

  @Override
  public long sequence() {
    return state.sequence;
  }

  @Override
  public long ledgerTime() {
    return state.ledgerTime;
  }

  @Override
  public StateHash hash() {
    return state.hash();
  }

  @Override
  public Optional<ReservationInfo> reservation(String name) {
    Long number = state.indexes.reservations.byName.get(name);
    return number == null ? Optional.empty() : Optional.of(state.reservations.require(number));
  }

  @Override
  public OptionalLong nextDeadline() {
    return state.indexes.reservations.nextDeadline();
  }
}
