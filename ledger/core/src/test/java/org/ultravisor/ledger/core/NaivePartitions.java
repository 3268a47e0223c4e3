package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Partitions are made, limited, started, stopped and destroyed. */
final class NaivePartitions {
  private final NaiveState state;
  private final NaiveReservations reservations;
  private final NaiveChannels channels;

  NaivePartitions(NaiveState state, NaiveReservations reservations, NaiveChannels channels) {
    this.state = state;
    this.reservations = reservations;
    this.channels = channels;
  }

  @Nullable Refusal create(Operation.CreatePartition op) {
    if (state.named(op.partition()) != null) {
      return Refusal.PARTITION_EXISTS;
    }
    int id = (int) state.issue("partition");
    state.partitions.put(id, new NaivePartition(id, op.partition(), op.kind(), op.limits()));
    return null;
  }

  @Nullable Refusal setLimits(Operation.SetLimits op) {
    Refusal problem = state.partitionProblem(op.partition());
    if (problem != null) {
      return problem;
    }
    NaivePartition partition = state.require(op.partition());
    if (state.charged(partition.id()) > op.limits().pages()) {
      return Refusal.PAGE_LIMIT;
    }
    if (state.processorsOf(partition.id()) > op.limits().processors()) {
      return Refusal.PROCESSOR_LIMIT;
    }
    state.partitions.put(partition.id(), partition.limited(op.limits()));
    return null;
  }

  @Nullable Refusal change(String name, PartitionState to, PartitionState... from) {
    NaivePartition partition = state.named(name);
    if (partition == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    if (!List.of(from).contains(partition.state())) {
      return Refusal.PARTITION_STATE;
    }
    state.partitions.put(partition.id(), partition.in(to));
    return null;
  }

  @Nullable Refusal destroy(Operation.DestroyPartition op) {
    Refusal problem =
        change(
            op.partition(), PartitionState.ZOMBIE, PartitionState.CREATED, PartitionState.STOPPED);
    if (problem != null) {
      return problem;
    }
    int id = state.require(op.partition()).id();
    releaseHoldings(id);
    channels.endDies(id);
    state.loans.borrowerDies(id);
    state.loans.ownerDies(id);
    List<Long> frames = new ArrayList<>();
    for (int i = 0; i < NaiveMemory.SIZE; i++) {
      if (state.memory.at(i) != null) {
        frames.add(NaiveMemory.frame(i));
      }
    }
    frames.forEach(frame -> release(frame, id));
    return null;
  }

  private void releaseHoldings(int id) {
    for (NaiveReservation held : state.reservations.copy()) {
      if (held.partition() == id) {
        reservations.letGo(held);
      }
    }
    for (int number : List.copyOf(state.processors.keys())) {
      NaiveState.Processor processor = state.processors.require(number);
      if (processor.partition() == id) {
        state.processors.put(number, new NaiveState.Processor(processor.cell(), 0, 0));
      }
    }
    for (String address : List.copyOf(state.devices.keys())) {
      NaiveState.Device device = state.devices.require(address);
      if (device.partition() == id) {
        state.devices.put(
            address, new NaiveState.Device(device.deviceClass(), device.group(), 0, 0));
      }
    }
  }

  private void release(long frame, int id) {
    NaivePage page = state.memory.require(frame);
    NaivePending pending = page.pending();
    if (pending != null
        && pending.end().is(NaiveEnd.Kind.OWNED)
        && pending.end().partition() == id) {
      state.memory.set(frame, page.waiting(pending.redirected(NaiveEnd.AVAILABLE, true)));
    } else if (page.owner() == id
        && page.loan() == 0
        && (pending == null || pending.end().is(NaiveEnd.Kind.PROTECTED))) {
      state.revoke(frame, state.pending(state.monitorOf(id), true, NaiveEnd.AVAILABLE));
    }
  }

  /** Zombies that hold nothing any more, and whose monitor nothing awaits, are gone. */
  void bury() {
    for (NaivePartition partition : state.partitions.copy()) {
      if (partition.zombie() && state.memory.of(partition.id()).owned == 0 && !uses(partition)) {
        state.partitions.remove(partition.id());
      }
    }
  }

  private boolean uses(NaivePartition partition) {
    for (NaiveLoan loan : state.loans.all()) {
      if (loan.borrower(partition.id()) != null) {
        return true;
      }
    }
    for (int i = 0; i < NaiveMemory.SIZE && partition.monitor() != 0; i++) {
      NaivePage page = state.memory.at(i);
      NaivePending pending = page == null ? null : page.pending();
      if (pending != null && pending.awaited().contains(partition.monitor())) {
        return true;
      }
    }
    return false;
  }
}
