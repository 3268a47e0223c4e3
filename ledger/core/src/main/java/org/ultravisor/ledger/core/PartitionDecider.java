package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.EnumSet;

/** Decides on partitions: create, limits, start, stop, destroy. */
final class PartitionDecider {
  private final State state;
  private final ChannelDecider channels;

  PartitionDecider(State state, ChannelDecider channels) {
    this.state = state;
    this.channels = channels;
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
    return change(
        op.partition(),
        PartitionState.RUNNING,
        EnumSet.of(PartitionState.CREATED),
        "only a CREATED one starts");
  }

  Decision pause(Operation.PausePartition op) {
    return change(
        op.partition(),
        PartitionState.PAUSED,
        EnumSet.of(PartitionState.RUNNING),
        "only a RUNNING one pauses");
  }

  Decision resume(Operation.ResumePartition op) {
    return change(
        op.partition(),
        PartitionState.RUNNING,
        EnumSet.of(PartitionState.PAUSED),
        "only a PAUSED one resumes");
  }

  Decision stop(Operation.StopPartition op) {
    return change(
        op.partition(),
        PartitionState.STOPPED,
        EnumSet.of(PartitionState.RUNNING, PartitionState.PAUSED),
        "only a RUNNING or PAUSED one stops");
  }

  private Decision change(
      String name, PartitionState to, EnumSet<PartitionState> from, String expected) {
    PartitionDescriptor partition = state.partition(name);
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, name);
    }
    return from.contains(partition.state())
        ? channels.follow(partition, to)
        : wrongState(partition, expected);
  }

  private static Decision wrongState(PartitionDescriptor partition, String expected) {
    return rejected(
        Refusal.PARTITION_STATE,
        "'%s' is %s; %s".formatted(partition.name(), partition.state(), expected));
  }
}
