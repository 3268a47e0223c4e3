package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.mapping.PageRange;

/** Decides on what is installed: memory, processors, devices; and on pages that break. */
final class InventoryDecider {
  private final State state;
  private final PageChecks pages;

  InventoryDecider(State state) {
    this.state = state;
    this.pages = new PageChecks(state);
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

  /**
   * Available and reserved pages are out of use at once, pages with an owner once its monitor has
   * let go, and pages that are being revoked already end poisoned instead of as first said.
   */
  Decision poison(Operation.PoisonPages op) {
    Decision.Rejected notInstalled = pages.installed(op.range());
    if (notInstalled != null) {
      return notInstalled;
    }
    Revoking revoking = new Revoking(state);
    redirectPending(op.range(), revoking);
    takeFromReservations(op.range(), revoking);
    state
        .memory
        .owner()
        .forEachRun(
            op.range(),
            (firstFrame, count, descriptor) -> {
              PageRange run = new PageRange(firstFrame, count);
              if (Descriptors.isAvailable(descriptor)) {
                revoking.revoke(0, run, -1, List.of(), false, EndState.POISONED);
              } else if (Descriptors.isPartition(descriptor)) {
                revoking.revokeOwned(
                    Descriptors.partitionOf(descriptor),
                    run,
                    false,
                    (first, rights) -> EndState.POISONED);
              }
            });
    return revoking.decision();
  }

  /** Nobody has seen pages that are only reserved, so nobody must let go of them. */
  private void takeFromReservations(PageRange range, Revoking revoking) {
    for (HeldRange held : state.indexes.reservations.allIn(range)) {
      PageRange part = Memory.common(held.range(), range);
      int partition = state.reservations.require(held.reservation()).partition();
      revoking.add(new Event.ReservationReduced(held.reservation(), part));
      revoking.revoke(partition, part, -1, List.of(), false, EndState.POISONED);
    }
  }

  private void redirectPending(PageRange range, Revoking revoking) {
    List<RevocationInfo> pending = new ArrayList<>();
    RevocationInfo last = state.indexes.revocationIn(range);
    while (last != null) {
      pending.addFirst(last);
      long before = last.range().firstFrame();
      last =
          before <= range.firstFrame()
              ? null
              : state.indexes.revocationIn(PageRange.between(range.firstFrame(), before));
    }
    for (RevocationInfo revocation : pending) {
      if (!(revocation.end() instanceof EndState.Poisoned)) {
        revoking.redirect(revoking.cutOut(revocation, range), EndState.POISONED, false);
      }
    }
  }

  Decision addProcessor(Operation.AddProcessor op) {
    return state.processors.get(op.processor()) != null
        ? rejected(Refusal.PROCESSOR_EXISTS, "processor " + op.processor())
        : Decision.accepted(new Event.ProcessorAdded(op.processor(), op.cell()));
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
