package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/** Memory, processors and devices come, go and break. */
final class NaiveInventory {
  private final NaiveState state;
  private final NaiveChannels channels;

  NaiveInventory(NaiveState state, NaiveChannels channels) {
    this.state = state;
    this.channels = channels;
  }

  @Nullable Refusal addMemory(Operation.AddMemory op) {
    PageRange range = op.range();
    if (NaiveState.crossesWindow(range)) {
      return Refusal.PAGES_OUT_OF_BOUNDS;
    }
    for (long frame = range.firstFrame(); frame < range.endFrame(); frame++) {
      if (state.memory.get(frame) != null) {
        return Refusal.PAGES_INSTALLED;
      }
    }
    for (long frame = range.firstFrame(); frame < range.endFrame(); frame++) {
      NaivePage page =
          op.zeroed()
              ? NaivePage.plain(op.cell(), NaivePage.AVAILABLE)
              : NaivePage.plain(op.cell(), NaivePage.RESERVED)
                  .revoked(state.pending(List.of(), true, NaiveEnd.AVAILABLE));
      state.memory.set(frame, page);
    }
    return null;
  }

  @Nullable Refusal removeMemory(Operation.RemoveMemory op) {
    PageRange range = op.range();
    Refusal problem = state.notAvailable(range);
    for (long frame = range.firstFrame(); problem == null && frame < range.endFrame(); frame++) {
      state.memory.set(frame, null);
    }
    return problem;
  }

  @Nullable Refusal poison(Operation.PoisonPages op) {
    PageRange range = op.range();
    if (NaiveState.crossesWindow(range)) {
      return Refusal.PAGES_OUT_OF_BOUNDS;
    }
    for (long frame = range.firstFrame(); frame < range.endFrame(); frame++) {
      if (state.memory.get(frame) == null) {
        return Refusal.PAGES_NOT_INSTALLED;
      }
    }
    List<NaiveLoan> broken = loansIn(range);
    for (NaiveLoan loan : broken) {
      state.loans.poison(
          loan,
          PageRange.between(
              Math.max(loan.range().firstFrame(), range.firstFrame()),
              Math.min(loan.range().endFrame(), range.endFrame())));
    }
    for (long frame = range.firstFrame(); frame < range.endFrame(); frame++) {
      poison(frame);
    }
    channels.pagesBroke(broken);
    return null;
  }

  /** By address. */
  private List<NaiveLoan> loansIn(PageRange range) {
    return state.loans.all().stream()
        .filter(loan -> loan.range().overlaps(range))
        .sorted(Comparator.comparing(NaiveLoan::range))
        .toList();
  }

  private void poison(long frame) {
    NaivePage page = state.memory.require(frame);
    NaivePending pending = page.pending();
    boolean breaking = pending != null && pending.end().is(NaiveEnd.Kind.POISONED);
    if (page.owner() == NaivePage.POISONED || breaking) {
      return;
    }
    if (page.available() || page.reservation() != 0) {
      loseReserved(frame, page.reservation());
      state.memory.set(frame, NaivePage.plain(page.cell(), NaivePage.POISONED));
    } else if (pending != null && !pending.end().is(NaiveEnd.Kind.PROTECTED)) {
      state.memory.set(frame, page.waiting(pending.redirected(NaiveEnd.POISONED, false)));
      state.finish(frame);
    } else {
      List<Long> awaited = state.monitorOf(page.owner());
      state.revoke(frame, state.pending(awaited, false, NaiveEnd.POISONED));
    }
  }

  private void loseReserved(long frame, long reservation) {
    if (reservation != 0) {
      NaiveReservation held = state.reservations.require(reservation);
      List<Long> left = new ArrayList<>(held.frames());
      left.remove(frame);
      state.reservations.put(reservation, held.with(left));
    }
  }

  @Nullable Refusal addProcessor(Operation.AddProcessor op) {
    if (state.processors.has(op.processor())) {
      return Refusal.PROCESSOR_EXISTS;
    }
    state.processors.put(op.processor(), new NaiveState.Processor(op.cell(), 0, 0));
    return null;
  }

  @Nullable Refusal addDevice(Operation.AddDevice op) {
    if (state.devices.has(op.address())) {
      return Refusal.DEVICE_EXISTS;
    }
    for (NaiveState.Device device : state.devices.values()) {
      if (op.iommuGroup() >= 0 && device.group() == op.iommuGroup() && device.partition() != 0) {
        return Refusal.DEVICE_NOT_FREE;
      }
    }
    state.devices.put(op.address(), new NaiveState.Device(op.deviceClass(), op.iommuGroup(), 0, 0));
    return null;
  }
}
