package org.ultravisor.ledger.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Processors and devices change hands. */
final class NaiveDevices {
  private final NaiveState state;

  NaiveDevices(NaiveState state) {
    this.state = state;
  }

  @Nullable Refusal assign(Operation.AssignProcessor op) {
    NaivePartition partition = state.named(op.partition());
    if (partition == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    NaiveState.Processor processor = state.processors.get(op.processor());
    if (processor == null) {
      return Refusal.PROCESSOR_NOT_FOUND;
    }
    Refusal problem =
        NaiveState.first(
            partition.zombie() ? Refusal.PARTITION_STATE : null,
            processor.partition() == 0 ? null : Refusal.PROCESSOR_NOT_FREE,
            processorLimit(partition, 1));
    if (problem == null) {
      hold(op.processor(), partition.id(), 0);
    }
    return problem;
  }

  @Nullable Refusal processorLimit(NaivePartition partition, int more) {
    return state.processorsOf(partition.id()) + more > partition.limits().processors()
        ? Refusal.PROCESSOR_LIMIT
        : null;
  }

  void hold(int number, int partition, long reservation) {
    int cell = state.processors.require(number).cell();
    state.processors.put(number, new NaiveState.Processor(cell, partition, reservation));
  }

  @Nullable Refusal release(Operation.ReleaseProcessor op) {
    NaivePartition partition = state.named(op.partition());
    if (partition == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    NaiveState.Processor processor = state.processors.get(op.processor());
    if (processor == null) {
      return Refusal.PROCESSOR_NOT_FOUND;
    }
    if (processor.partition() != partition.id() || processor.reservation() != 0) {
      return Refusal.PROCESSOR_NOT_OWNED;
    }
    hold(op.processor(), 0, 0);
    return null;
  }

  @Nullable Refusal remove(Operation.RemoveProcessor op) {
    NaiveState.Processor processor = state.processors.get(op.processor());
    if (processor == null) {
      return Refusal.PROCESSOR_NOT_FOUND;
    }
    if (processor.partition() != 0) {
      return Refusal.PROCESSOR_NOT_FREE;
    }
    state.processors.remove(op.processor());
    return null;
  }

  @Nullable Refusal remove(Operation.RemoveDevice op) {
    NaiveState.Device device = state.devices.get(op.address());
    if (device == null) {
      return Refusal.DEVICE_NOT_FOUND;
    }
    if (device.partition() != 0) {
      return Refusal.DEVICE_NOT_FREE;
    }
    state.devices.remove(op.address());
    return null;
  }

  @Nullable Refusal assign(Operation.AssignDevice op) {
    NaivePartition partition = state.named(op.partition());
    if (partition == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    if (!state.devices.has(op.address())) {
      return Refusal.DEVICE_NOT_FOUND;
    }
    if (partition.zombie()) {
      return Refusal.PARTITION_STATE;
    }
    List<String> together = together(op.address());
    if (together.stream().anyMatch(each -> state.devices.require(each).partition() != 0)) {
      return Refusal.DEVICE_NOT_FREE;
    }
    together.forEach(each -> hold(each, partition.id(), 0));
    return null;
  }

  @Nullable Refusal release(Operation.ReleaseDevice op) {
    NaivePartition partition = state.named(op.partition());
    if (partition == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    NaiveState.Device device = state.devices.get(op.address());
    if (device == null) {
      return Refusal.DEVICE_NOT_FOUND;
    }
    if (device.partition() != partition.id() || device.reservation() != 0) {
      return Refusal.DEVICE_NOT_OWNED;
    }
    together(op.address()).forEach(each -> hold(each, 0, 0));
    return null;
  }

  /** The device with all others of its IOMMU group. */
  List<String> together(String address) {
    int group = state.devices.require(address).group();
    return group < 0
        ? List.of(address)
        : state.devices.keys().stream()
            .filter(each -> state.devices.require(each).group() == group)
            .toList();
  }

  void hold(String address, int partition, long reservation) {
    NaiveState.Device device = state.devices.require(address);
    state.devices.put(
        address,
        new NaiveState.Device(device.deviceClass(), device.group(), partition, reservation));
  }
}
