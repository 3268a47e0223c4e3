package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/** Decides on what is held first and given later: reserve, post, void, and what times out. */
final class ReservationDecider {
  /** One transaction ends no more reservations than this, so that its cost is bounded. */
  static final int MOST_EXPIRED_AT_ONCE = 64;

  private final State state;
  private final PageDecider pages;
  private final DeviceDecider holdings;
  private final GuestChecks guests;

  ReservationDecider(State state, PageDecider pages, DeviceDecider holdings) {
    this.state = state;
    this.pages = pages;
    this.holdings = holdings;
    this.guests = new GuestChecks(state);
  }

  Decision reserve(Operation.Reserve op) {
    Decision.Rejected unnamed = names(op);
    if (unnamed != null) {
      return unnamed;
    }
    PartitionDescriptor partition = state.requirePartition(op.partition());
    if (partition.isZombie()) {
      return rejected(
          Refusal.PARTITION_STATE, "'%s' is %s".formatted(partition.name(), partition.state()));
    }
    Decision.Rejected misaligned = PageDecider.aligned(op.frameCount(), op.tier());
    if (misaligned != null) {
      return misaligned;
    }
    List<PageRange> found = pages.find(op.frameCount(), op.tier(), op.cells());
    if (op.frameCount() > 0 && found.isEmpty()) {
      return PageDecider.tooFew(op.frameCount(), op.tier(), op.cells());
    }
    for (int processor : op.processors()) {
      Decision.Rejected taken = holdings.notFree(state.processors.require(processor));
      if (taken != null) {
        return taken;
      }
    }
    List<DeviceInfo> devices = withTheirGroups(op.addresses());
    for (DeviceInfo device : devices) {
      Decision.Rejected taken = holdings.notFree(device);
      if (taken != null) {
        return taken;
      }
    }
    Decision.Rejected limit = pages.limit(partition, op.frameCount());
    if (limit == null) {
      limit = holdings.limit(partition, op.processors().size());
    }
    return limit != null
        ? limit
        : Decision.accepted(
            new Event.Reserved(
                state.next(Counter.RESERVATION),
                op.reservation(),
                partition.id(),
                op.tier(),
                found,
                op.processors(),
                devices.stream().map(DeviceInfo::address).toList(),
                state.now + op.timeoutMillis()));
  }

  private Decision.@Nullable Rejected names(Operation.Reserve op) {
    if (state.indexes.reservations.byName.containsKey(op.reservation())) {
      return rejected(Refusal.RESERVATION_EXISTS, op.reservation());
    }
    if (state.partition(op.partition()) == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    for (int processor : op.processors()) {
      if (state.processors.get(processor) == null) {
        return rejected(Refusal.PROCESSOR_NOT_FOUND, "processor " + processor);
      }
    }
    for (String address : op.addresses()) {
      if (state.devices.get(DeviceAddress.number(address)) == null) {
        return rejected(Refusal.DEVICE_NOT_FOUND, address);
      }
    }
    return null;
  }

  /** The devices with all others of their IOMMU groups, by address. */
  private List<DeviceInfo> withTheirGroups(List<String> addresses) {
    NavigableMap<Long, DeviceInfo> all = new TreeMap<>();
    for (String address : addresses) {
      DeviceInfo named = state.devices.require(DeviceAddress.number(address));
      for (DeviceInfo device : holdings.together(named)) {
        all.put(DeviceAddress.number(device.address()), device);
      }
    }
    return List.copyOf(all.values());
  }

  Decision post(Operation.Post op) {
    ReservationInfo held = reservation(op.reservation());
    if (held == null) {
      return rejected(Refusal.RESERVATION_NOT_FOUND, op.reservation());
    }
    if (held.deadline() <= state.now) {
      return rejected(
          Refusal.RESERVATION_EXPIRED,
          "'%s' timed out at ledger time %d; it is %d"
              .formatted(held.name(), held.deadline(), state.now));
    }
    long count = held.heldFrames();
    long guestFrame = GuestChecks.NOWHERE;
    if (count > 0) {
      guestFrame = guests.place(held.partition(), op.guestFrame(), count, held.tier());
      Decision.Rejected taken = guests.free(held.partition(), guestFrame, count);
      if (taken != null) {
        return taken;
      }
    }
    return Decision.accepted(
        new Event.Posted(
            held.reservation(), held.partition(), held.ranges(), guestFrame, op.rights()));
  }

  Decision cancel(Operation.Void op) {
    ReservationInfo held = reservation(op.reservation());
    return held == null
        ? rejected(Refusal.RESERVATION_NOT_FOUND, op.reservation())
        : Decision.accepted(new Event.ReservationVoided(held.reservation()));
  }

  private @Nullable ReservationInfo reservation(String name) {
    Long number = state.indexes.reservations.byName.get(name);
    return number == null ? null : state.reservations.require(number);
  }

  /** The reservations that time out with a transaction at this ledger time, the oldest first. */
  List<Event> expiring(long ledgerTime) {
    List<Event> expired = List.of();
    for (ReservationIndex.Deadline due : state.indexes.reservations.byDeadline) {
      if (due.time() > ledgerTime || expired.size() == MOST_EXPIRED_AT_ONCE) {
        break;
      }
      if (expired.isEmpty()) {
        expired = new ArrayList<>();
      }
      expired.add(new Event.ReservationExpired(due.reservation()));
    }
    return expired;
  }
}
