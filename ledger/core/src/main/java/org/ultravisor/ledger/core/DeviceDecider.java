package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.ArrayList;
import java.util.List;

/** Decides on who has which processor and which devices. */
final class DeviceDecider {
  private final State state;

  DeviceDecider(State state) {
    this.state = state;
  }

  Decision assign(Operation.AssignProcessor op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    ProcessorInfo processor = state.processors.get(op.processor());
    if (processor == null) {
      return rejected(Refusal.PROCESSOR_NOT_FOUND, "processor " + op.processor());
    }
    if (partition.isZombie()) {
      return zombie(partition);
    }
    if (processor.partition() != 0) {
      return rejected(
          Refusal.PROCESSOR_NOT_FREE,
          "processor %d is assigned to %s"
              .formatted(op.processor(), nameOf(processor.partition())));
    }
    int held = state.indexes.useOf(partition.id()).processors();
    if (held >= partition.limits().processors()) {
      return rejected(
          Refusal.PROCESSOR_LIMIT,
          "'%s' has %d processors, its limit".formatted(partition.name(), held));
    }
    return Decision.accepted(new Event.ProcessorAssigned(partition.id(), op.processor()));
  }

  Decision release(Operation.ReleaseProcessor op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    ProcessorInfo processor = state.processors.get(op.processor());
    if (processor == null) {
      return rejected(Refusal.PROCESSOR_NOT_FOUND, "processor " + op.processor());
    }
    return processor.partition() != partition.id()
        ? rejected(
            Refusal.PROCESSOR_NOT_OWNED,
            "processor %d is %s".formatted(op.processor(), holder(processor.partition())))
        : Decision.accepted(new Event.ProcessorReleased(partition.id(), op.processor()));
  }

  Decision assign(Operation.AssignDevice op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    DeviceInfo device = state.devices.get(DeviceAddress.number(op.address()));
    if (device == null) {
      return rejected(Refusal.DEVICE_NOT_FOUND, op.address());
    }
    if (partition.isZombie()) {
      return zombie(partition);
    }
    List<DeviceInfo> together = together(device);
    for (DeviceInfo each : together) {
      if (each.partition() != 0) {
        return rejected(
            Refusal.DEVICE_NOT_FREE,
            "%s is assigned to %s".formatted(each.address(), nameOf(each.partition())));
      }
    }
    return Decision.accepted(new Event.DevicesAssigned(partition.id(), addresses(together)));
  }

  Decision release(Operation.ReleaseDevice op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    DeviceInfo device = state.devices.get(DeviceAddress.number(op.address()));
    if (device == null) {
      return rejected(Refusal.DEVICE_NOT_FOUND, op.address());
    }
    return device.partition() != partition.id()
        ? rejected(
            Refusal.DEVICE_NOT_OWNED,
            "%s is %s".formatted(op.address(), holder(device.partition())))
        : Decision.accepted(new Event.DevicesReleased(partition.id(), addresses(together(device))));
  }

  /** The device with all others of its IOMMU group, by address. */
  private List<DeviceInfo> together(DeviceInfo device) {
    return device.iommuGroup() < 0 ? List.of(device) : group(state, device.iommuGroup());
  }

  /** The devices of an IOMMU group, by address; none where there is no IOMMU. */
  static List<DeviceInfo> group(State state, int iommuGroup) {
    List<DeviceInfo> found = new ArrayList<>();
    state
        .devices
        .rows()
        .forEach(
            (number, device) -> {
              if (iommuGroup >= 0 && device.iommuGroup() == iommuGroup) {
                found.add(device);
              }
            });
    return found;
  }

  private static List<String> addresses(List<DeviceInfo> devices) {
    return devices.stream().map(DeviceInfo::address).toList();
  }

  private String holder(int partition) {
    return partition == 0 ? "free" : "assigned to " + nameOf(partition);
  }

  private String nameOf(int partition) {
    return "'" + state.partitions.require(partition).name() + "'";
  }

  private static Decision zombie(PartitionDescriptor partition) {
    return rejected(
        Refusal.PARTITION_STATE, "'%s' is %s".formatted(partition.name(), partition.state()));
  }
}
