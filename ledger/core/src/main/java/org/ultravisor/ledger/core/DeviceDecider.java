package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    Decision.Rejected taken = notFree(processor);
    if (taken != null) {
      return taken;
    }
    Decision.Rejected limit = limit(partition, 1);
    return limit != null
        ? limit
        : Decision.accepted(new Event.ProcessorAssigned(partition.id(), op.processor()));
  }

  Decision.@Nullable Rejected notFree(ProcessorInfo processor) {
    return processor.partition() == 0
        ? null
        : rejected(
            Refusal.PROCESSOR_NOT_FREE,
            "processor %d is %s"
                .formatted(
                    processor.processor(), holder(processor.partition(), processor.reservation())));
  }

  Decision.@Nullable Rejected limit(PartitionDescriptor partition, int more) {
    int held = state.indexes.useOf(partition.id()).processors();
    return more <= partition.limits().processors() - held
        ? null
        : rejected(
            Refusal.PROCESSOR_LIMIT,
            "'%s' has %d processors; %d more pass its limit of %d"
                .formatted(partition.name(), held, more, partition.limits().processors()));
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
    return !processor.isAssignedTo(partition.id())
        ? rejected(
            Refusal.PROCESSOR_NOT_OWNED,
            "processor %d is %s"
                .formatted(op.processor(), holder(processor.partition(), processor.reservation())))
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
      Decision.Rejected taken = notFree(each);
      if (taken != null) {
        return taken;
      }
    }
    return Decision.accepted(new Event.DevicesAssigned(partition.id(), addresses(together)));
  }

  Decision.@Nullable Rejected notFree(DeviceInfo device) {
    return device.partition() == 0
        ? null
        : rejected(
            Refusal.DEVICE_NOT_FREE,
            "%s is %s"
                .formatted(device.address(), holder(device.partition(), device.reservation())));
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
    return !device.isAssignedTo(partition.id())
        ? rejected(
            Refusal.DEVICE_NOT_OWNED,
            "%s is %s".formatted(op.address(), holder(device.partition(), device.reservation())))
        : Decision.accepted(new Event.DevicesReleased(partition.id(), addresses(together(device))));
  }

  /** The device with all others of its IOMMU group, by address. */
  List<DeviceInfo> together(DeviceInfo device) {
    return device.iommuGroup() < 0 ? List.of(device) : group(state, device.iommuGroup());
  }

  /** The devices of an IOMMU group, by address; none where there is no IOMMU. */
  static List<DeviceInfo> group(State state, int iommuGroup) {
    List<DeviceInfo> found = new ArrayList<>();
    for (long number : state.indexes.holdings.devicesInGroup(iommuGroup)) {
      found.add(state.devices.require(number));
    }
    return found;
  }

  private static List<String> addresses(List<DeviceInfo> devices) {
    return devices.stream().map(DeviceInfo::address).toList();
  }

  private String holder(int partition, long reservation) {
    if (partition == 0) {
      return "free";
    }
    return reservation == 0
        ? "assigned to " + nameOf(partition)
        : "held by reservation '%s'".formatted(state.reservations.require(reservation).name());
  }

  private String nameOf(int partition) {
    return "'" + state.partitions.require(partition).name() + "'";
  }

  private static Decision zombie(PartitionDescriptor partition) {
    return rejected(
        Refusal.PARTITION_STATE, "'%s' is %s".formatted(partition.name(), partition.state()));
  }
}
