package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/**
 * What must hold of reservations: pages held have their partition's descriptor, are in no map and
 * in no revocation or loan, processors and devices say who holds them, and nothing else says that
 * it is held.
 */
final class ReservationChecks {
  private final State state;

  ReservationChecks(State state) {
    this.state = state;
  }

  void run() {
    Map<Long, Integer> processors = new HashMap<>();
    Map<Long, Integer> devices = new HashMap<>();
    state
        .processors
        .rows()
        .forEach((key, each) -> processors.merge(each.reservation(), 1, Integer::sum));
    state.devices.rows().forEach((key, each) -> devices.merge(each.reservation(), 1, Integer::sum));
    processors.remove(0L);
    devices.remove(0L);
    state
        .reservations
        .rows()
        .forEach(
            (number, held) -> {
              checkHolder(held);
              held.ranges().forEach(range -> checkPages(held, range));
              held.processors().forEach(processor -> checkProcessor(held, processor));
              held.addresses().forEach(address -> checkDevice(held, address));
              checkCount(held, held.processors().size(), processors.remove(number));
              checkCount(held, held.addresses().size(), devices.remove(number));
            });
    Invariant.check(
        processors.isEmpty() && devices.isEmpty(),
        "a processor or device is held by a reservation that is not there");
    checkDisjoint();
    checkNames();
    checkGroups();
  }

  private void checkHolder(ReservationInfo held) {
    PartitionDescriptor holder = state.partitions.get(held.partition());
    Invariant.check(
        holder != null && !holder.isZombie(),
        "reservation %d is for partition %d, which is gone",
        held.reservation(),
        held.partition());
    Invariant.check(
        held.heldFrames() <= held.frameCount(),
        "reservation %d holds %d pages, more than were asked for",
        held.reservation(),
        held.heldFrames());
  }

  private void checkPages(ReservationInfo held, PageRange range) {
    long number = held.reservation();
    Invariant.check(
        state.memory.owner().isWhole(range, Descriptors.partition(held.partition())),
        "pages of reservation %d do not have the descriptor of partition %d",
        number,
        held.partition());
    state.memory.forEachMappingOf(
        held.partition(),
        range,
        (guest, host, count, rights) ->
            Invariant.check(false, "frame %d is mapped but held by reservation %d", host, number));
    Invariant.check(
        state.indexes.revocationIn(range) == null,
        "pages from frame %d are held by reservation %d and are being revoked",
        range.firstFrame(),
        number);
    Invariant.check(
        state.indexes.loans.loanIn(range) == null,
        "pages from frame %d are held by reservation %d and are part of a loan",
        range.firstFrame(),
        number);
  }

  private void checkProcessor(ReservationInfo held, int number) {
    ProcessorInfo processor = state.processors.require(number);
    Invariant.check(
        processor.reservation() == held.reservation() && processor.partition() == held.partition(),
        "processor %d is not held by reservation %d",
        number,
        held.reservation());
  }

  private void checkDevice(ReservationInfo held, String address) {
    long number = DeviceAddress.number(address);
    DeviceInfo device = state.devices.require(number);
    Invariant.check(
        device.reservation() == held.reservation() && device.partition() == held.partition(),
        "device %x is not held by reservation %d",
        number,
        held.reservation());
  }

  private static void checkCount(ReservationInfo held, int expected, @Nullable Integer found) {
    Invariant.check(
        expected == (found == null ? 0 : found),
        "reservation %d holds %d processors or devices, but others say so too",
        held.reservation(),
        expected);
  }

  private void checkDisjoint() {
    List<HeldRange> all = new ArrayList<>();
    state
        .reservations
        .rows()
        .forEach(
            (number, held) ->
                held.ranges().forEach(range -> all.add(new HeldRange(range, number))));
    all.sort(Comparator.comparing(HeldRange::range));
    long end = 0;
    for (HeldRange held : all) {
      Invariant.check(
          held.range().firstFrame() >= end,
          "reservation %d holds pages that are held already, from frame %d on",
          held.reservation(),
          held.range().firstFrame());
      end = held.range().endFrame();
    }
  }

  private void checkNames() {
    Set<String> names = new HashSet<>();
    state
        .reservations
        .rows()
        .forEach(
            (number, held) ->
                Invariant.check(
                    names.add(held.name()), "the name of reservation %d is used twice", number));
  }

  private void checkGroups() {
    Map<Integer, Long> reservationOf = new HashMap<>();
    state
        .devices
        .rows()
        .forEach(
            (number, device) -> {
              Long other =
                  device.iommuGroup() < 0
                      ? null
                      : reservationOf.put(device.iommuGroup(), device.reservation());
              Invariant.check(
                  other == null || other == device.reservation(),
                  "part of IOMMU group %d is held by a reservation",
                  device.iommuGroup());
            });
  }
}
