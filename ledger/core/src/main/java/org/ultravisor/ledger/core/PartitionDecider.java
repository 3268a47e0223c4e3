package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

/** Decides on partitions: create, limits, start, stop, destroy. */
final class PartitionDecider {
  private final State state;

  PartitionDecider(State state) {
    this.state = state;
  }

  Decision create(Operation.CreatePartition op) {
    if (state.partition(op.partition()) != null) {
      return rejected(Refusal.PARTITION_EXISTS, op.partition());
    }
    int id = Math.toIntExact(state.next(Counter.PARTITION));
    Invariant.check(id <= Descriptors.MAX_CELL, "partition numbers are used up: %d", id);
    return Decision.accepted(
        new Event.PartitionCreated(id, op.partition(), op.kind(), op.limits(), op.labels()));
  }

  Decision setLimits(Operation.SetLimits op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    if (partition.isZombie()) {
      return wrongState(partition, "nothing changes for one that is going");
    }
    long charged = state.chargedPages(partition.id());
    if (charged > op.limits().pages()) {
      return rejected(
          Refusal.PAGE_LIMIT, "'%s' is charged for %d pages".formatted(partition.name(), charged));
    }
    int processors = state.indexes.useOf(partition.id()).processors();
    if (processors > op.limits().processors()) {
      return rejected(
          Refusal.PROCESSOR_LIMIT,
          "'%s' has %d processors".formatted(partition.name(), processors));
    }
    return partition.limits().equals(op.limits())
        ? Decision.nothingToDo()
        : Decision.accepted(new Event.LimitsSet(partition.id(), op.limits()));
  }

  Decision start(Operation.StartPartition op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    return partition.state() == PartitionState.CREATED
        ? becomes(partition, PartitionState.RUNNING)
        : wrongState(partition, "only a CREATED one starts");
  }

  Decision stop(Operation.StopPartition op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    return switch (partition.state()) {
      case RUNNING, PAUSED -> becomes(partition, PartitionState.STOPPED);
      default -> wrongState(partition, "only a RUNNING or PAUSED one stops");
    };
  }

  private static Decision becomes(PartitionDescriptor partition, PartitionState state) {
    return Decision.accepted(new Event.PartitionStateChanged(partition.id(), state));
  }

  private static Decision wrongState(PartitionDescriptor partition, String expected) {
    return rejected(
        Refusal.PARTITION_STATE,
        "'%s' is %s; %s".formatted(partition.name(), partition.state(), expected));
  }
}
