package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Holdings before anybody sees them. */
final class NaiveReservations {
  private static final int MOST_EXPIRED_AT_ONCE = 64;

  private final NaiveState state;
  private final NaivePages pages;
  private final NaiveDevices devices;

  NaiveReservations(NaiveState state, NaivePages pages, NaiveDevices devices) {
    this.state = state;
    this.pages = pages;
    this.devices = devices;
  }

  private @Nullable NaiveReservation named(String name) {
    for (NaiveReservation held : state.reservations.values()) {
      if (held.name().equals(name)) {
        return held;
      }
    }
    return null;
  }

  @Nullable Refusal reserve(Operation.Reserve op) {
    Refusal problem = names(op);
    if (problem != null) {
      return problem;
    }
    NaivePartition partition = state.require(op.partition());
    if (partition.zombie()) {
      return Refusal.PARTITION_STATE;
    }
    if (op.frameCount() % NaivePages.block(op.tier()) != 0) {
      return Refusal.PAGES_MISALIGNED;
    }
    List<Long> found =
        op.frameCount() == 0 ? List.of() : pages.find(op.frameCount(), op.tier(), op.cells());
    TreeSet<String> together = new TreeSet<>();
    op.addresses().forEach(address -> together.addAll(devices.together(address)));
    problem =
        NaiveState.first(
            found.size() < op.frameCount() ? Refusal.NOT_ENOUGH_PAGES : null,
            op.processors().stream().anyMatch(n -> state.processors.require(n).partition() != 0)
                ? Refusal.PROCESSOR_NOT_FREE
                : null,
            together.stream().anyMatch(each -> state.devices.require(each).partition() != 0)
                ? Refusal.DEVICE_NOT_FREE
                : null,
            state.limitProblem(partition, op.frameCount()),
            op.processors().isEmpty()
                ? null
                : devices.processorLimit(partition, op.processors().size()));
    if (problem != null) {
      return problem;
    }
    long number = state.issue("reservation");
    for (long frame : found) {
      state.memory.change(
          frame, page -> NaivePage.plain(page.cell(), partition.id()).reservedBy(number));
    }
    op.processors().forEach(each -> devices.hold(each, partition.id(), number));
    together.forEach(each -> devices.hold(each, partition.id(), number));
    state.reservations.put(
        number,
        new NaiveReservation(
            number,
            op.reservation(),
            partition.id(),
            op.tier(),
            found,
            op.processors(),
            List.copyOf(together),
            state.now + op.timeoutMillis()));
    return null;
  }

  private @Nullable Refusal names(Operation.Reserve op) {
    if (named(op.reservation()) != null) {
      return Refusal.RESERVATION_EXISTS;
    }
    if (state.named(op.partition()) == null) {
      return Refusal.PARTITION_NOT_FOUND;
    }
    if (!op.processors().stream().allMatch(state.processors::has)) {
      return Refusal.PROCESSOR_NOT_FOUND;
    }
    return op.addresses().stream().allMatch(state.devices::has) ? null : Refusal.DEVICE_NOT_FOUND;
  }

  @Nullable Refusal post(Operation.Post op) {
    NaiveReservation held = named(op.reservation());
    if (held == null) {
      return Refusal.RESERVATION_NOT_FOUND;
    }
    if (held.deadline() <= state.now) {
      return Refusal.RESERVATION_EXPIRED;
    }
    long count = held.frames().size();
    if (count > 0) {
      long block = NaivePages.block(held.tier());
      long guest = state.place(held.partition(), op.guestFrame(), count, block);
      Refusal problem = state.guestProblem(held.partition(), guest, count);
      if (problem != null) {
        return problem;
      }
      pages.give(held.partition(), held.frames(), guest, op.rights());
    }
    settle(held, held.partition());
    return null;
  }

  @Nullable Refusal cancel(Operation.Void op) {
    NaiveReservation held = named(op.reservation());
    if (held == null) {
      return Refusal.RESERVATION_NOT_FOUND;
    }
    letGo(held);
    return null;
  }

  /** Everything goes back at once. */
  void letGo(NaiveReservation held) {
    for (long frame : held.frames()) {
      state.memory.change(frame, page -> NaivePage.plain(page.cell(), NaivePage.AVAILABLE));
    }
    settle(held, 0);
  }

  private void settle(NaiveReservation held, int partition) {
    held.processors().forEach(each -> devices.hold(each, partition, 0));
    held.devices().forEach(each -> devices.hold(each, partition, 0));
    state.reservations.remove(held.number());
  }

  /** What is due goes back, the oldest deadline first. */
  void expire() {
    List<NaiveReservation> due = new ArrayList<>();
    for (NaiveReservation held : state.reservations.values()) {
      if (held.deadline() <= state.now) {
        due.add(held);
      }
    }
    due.sort(
        Comparator.comparingLong(NaiveReservation::deadline)
            .thenComparingLong(NaiveReservation::number));
    due.stream().limit(MOST_EXPIRED_AT_ONCE).forEach(this::letGo);
  }
}
