package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.mapping.PageRange;

/** Writes the facts of reservations. */
final class ReservationApplier {
  private final State state;

  ReservationApplier(State state) {
    this.state = state;
  }

  void reserved(Event.Reserved e, long sequence) {
    state.issue(Counter.RESERVATION, e.reservation());
    for (PageRange range : e.ranges()) {
      state.memory.take(range, Descriptors.partition(e.partition()));
    }
    for (int processor : e.processors()) {
      ProcessorInfo free = state.processors.require(processor);
      checkFree(processor, free.partition());
      state.processors.put(processor, free.heldBy(e.partition(), e.reservation()));
    }
    for (String address : e.addresses()) {
      long number = DeviceAddress.number(address);
      DeviceInfo free = state.devices.require(number);
      checkFree(number, free.partition());
      state.devices.put(number, free.heldBy(e.partition(), e.reservation()));
    }
    state.reservations.put(
        e.reservation(),
        new ReservationInfo(
            e.reservation(),
            e.name(),
            e.partition(),
            ReservationInfo.frames(e.ranges()),
            e.tier(),
            e.ranges(),
            e.processors(),
            e.addresses(),
            e.deadline()));
    state.touch(e.partition(), sequence);
  }

  void posted(Event.Posted e, long sequence) {
    ReservationInfo held = state.reservations.require(e.reservation());
    Invariant.check(
        held.partition() == e.partition() && held.ranges().equals(e.ranges()),
        "reservation %d is posted but holds other pages",
        e.reservation());
    state.reservations.remove(e.reservation());
    long guestFrame = e.guestFrame();
    for (PageRange range : held.ranges()) {
      state.memory.requireWhole(range, Descriptors.partition(held.partition()));
      state.memory.map(held.partition(), guestFrame, range, e.rights());
      guestFrame += range.frameCount();
    }
    settle(held, held.partition());
    state.touch(held.partition(), sequence);
  }

  /** Everything goes straight back: nobody has seen it. */
  void ended(long reservation, long sequence) {
    ReservationInfo held = state.reservations.require(reservation);
    state.reservations.remove(reservation);
    int descriptor = Descriptors.partition(held.partition());
    held.ranges().forEach(range -> state.makeAvailable(range, descriptor));
    settle(held, 0);
    state.touch(held.partition(), sequence);
  }

  /** The processors and devices are the partition's, or nobody's, and held no longer. */
  private void settle(ReservationInfo held, int partition) {
    for (int number : held.processors()) {
      ProcessorInfo processor = state.processors.require(number);
      checkHeld(number, processor.reservation(), held);
      state.processors.put(number, processor.heldBy(partition, 0));
    }
    for (String address : held.addresses()) {
      long number = DeviceAddress.number(address);
      DeviceInfo device = state.devices.require(number);
      checkHeld(number, device.reservation(), held);
      state.devices.put(number, device.heldBy(partition, 0));
    }
  }

  /** Takes broken pages out of a reservation. */
  void reduced(Event.ReservationReduced e, long sequence) {
    ReservationInfo held = state.reservations.require(e.reservation());
    PageRange broken = e.range();
    List<PageRange> left = new ArrayList<>();
    for (PageRange range : held.ranges()) {
      if (!range.overlaps(broken)) {
        left.add(range);
        continue;
      }
      if (range.firstFrame() < broken.firstFrame()) {
        left.add(PageRange.between(range.firstFrame(), broken.firstFrame()));
      }
      if (broken.endFrame() < range.endFrame()) {
        left.add(PageRange.between(broken.endFrame(), range.endFrame()));
      }
    }
    Invariant.check(
        held.heldFrames() - ReservationInfo.frames(left) == broken.frameCount(),
        "reservation %d does not hold all pages from frame %d on that leave it",
        e.reservation(),
        broken.firstFrame());
    state.reservations.put(e.reservation(), held.withRanges(left));
    state.touch(held.partition(), sequence);
  }

  private static void checkFree(long number, int partition) {
    Invariant.check(
        partition == 0, "processor or device %d is reserved but partition %d's", number, partition);
  }

  private static void checkHeld(long number, long reservation, ReservationInfo held) {
    Invariant.check(
        reservation == held.reservation(),
        "processor or device %d is held by reservation %d, not %d",
        number,
        reservation,
        held.reservation());
  }
}
