package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.List;

/** Decides on what is installed: memory, processors, devices. */
final class InventoryDecider {
  private final State state;
  private final PageChecks pages;
  private final DeviceDecider holdings;

  InventoryDecider(State state) {
    this.state = state;
    this.pages = new PageChecks(state);
    this.holdings = new DeviceDecider(state);
  }

  Decision addMemory(Operation.AddMemory op) {
    Decision.Rejected outside = PageChecks.window(op.range());
    if (outside != null) {
      return outside;
    }
    if (!state.memory.owner().isWhole(op.range(), Descriptors.ABSENT)) {
      return rejected(Refusal.PAGES_INSTALLED, "part of " + op.range());
    }
    Revoking revoking = new Revoking(state);
    revoking.add(new Event.MemoryAdded(op.range(), op.cell(), op.type(), op.zeroed()));
    if (!op.zeroed()) {
      revoking.revoke(0, op.range(), -1, List.of(), true, EndState.AVAILABLE);
    }
    return revoking.decision();
  }

  Decision removeMemory(Operation.RemoveMemory op) {
    Decision.Rejected notAvailable = pages.available(op.range());
    return notAvailable != null
        ? notAvailable
        : Decision.accepted(new Event.MemoryRemoved(op.range()));
  }

  Decision addProcessor(Operation.AddProcessor op) {
    return state.processors.get(op.processor()) != null
        ? rejected(Refusal.PROCESSOR_EXISTS, "processor " + op.processor())
        : Decision.accepted(new Event.ProcessorAdded(op.processor(), op.cell()));
  }

  Decision removeProcessor(Operation.RemoveProcessor op) {
    ProcessorInfo processor = state.processors.get(op.processor());
    if (processor == null) {
      return rejected(Refusal.PROCESSOR_NOT_FOUND, "processor " + op.processor());
    }
    Decision.Rejected taken = holdings.notFree(processor);
    return taken != null ? taken : Decision.accepted(new Event.ProcessorRemoved(op.processor()));
  }

  /** A group is assigned as a whole, so whether the others of it are free need not be asked. */
  Decision removeDevice(Operation.RemoveDevice op) {
    DeviceInfo device = state.devices.get(DeviceAddress.number(op.address()));
    if (device == null) {
      return rejected(Refusal.DEVICE_NOT_FOUND, op.address());
    }
    Decision.Rejected taken = holdings.notFree(device);
    return taken != null ? taken : Decision.accepted(new Event.DeviceRemoved(device.address()));
  }

  Decision addDevice(Operation.AddDevice op) {
    if (state.devices.get(DeviceAddress.number(op.address())) != null) {
      return rejected(Refusal.DEVICE_EXISTS, op.address());
    }
    for (DeviceInfo other : DeviceDecider.group(state, op.iommuGroup())) {
      if (other.partition() != 0) {
        return rejected(
            Refusal.DEVICE_NOT_FREE,
            "%s of IOMMU group %d is assigned".formatted(other.address(), op.iommuGroup()));
      }
    }
    return Decision.accepted(
        new Event.DeviceAdded(op.address(), op.deviceClass(), op.iommuGroup(), op.cell()));
  }
}
