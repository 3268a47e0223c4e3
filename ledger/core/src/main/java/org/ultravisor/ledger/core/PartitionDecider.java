package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.ultravisor.mapping.PageRange;

/** Decides on partitions: create, limits, start, stop, destroy. */
final class PartitionDecider {
  private final State state;

  PartitionDecider(State state) {
    this.state = state;
  }

  Decision create(Operation.CreatePartition op) {
    if (state.partition(op.partition()) != null) {
      return rejected(Refusal.PARTITION_EXISTS, op.partition());
    }
    int id = Math.toIntExact(state.next(Counter.PARTITION));
    Invariant.check(id <= Descriptors.MAX_CELL, "partition numbers are used up: %d", id);
    return Decision.accepted(
        new Event.PartitionCreated(id, op.partition(), op.kind(), op.limits(), op.labels()));
  }

  Decision setLimits(Operation.SetLimits op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    if (partition.isZombie()) {
      return wrongState(partition, "nothing changes for one that is going");
    }
    long charged = state.chargedPages(partition.id());
    if (charged > op.limits().pages()) {
      return rejected(
          Refusal.PAGE_LIMIT, "'%s' is charged for %d pages".formatted(partition.name(), charged));
    }
    int processors = state.indexes.useOf(partition.id()).processors();
    if (processors > op.limits().processors()) {
      return rejected(
          Refusal.PROCESSOR_LIMIT,
          "'%s' has %d processors".formatted(partition.name(), processors));
    }
    return partition.limits().equals(op.limits())
        ? Decision.nothingToDo()
        : Decision.accepted(new Event.LimitsSet(partition.id(), op.limits()));
  }

  Decision start(Operation.StartPartition op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    return partition.state() == PartitionState.CREATED
        ? becomes(partition, PartitionState.RUNNING)
        : wrongState(partition, "only a CREATED one starts");
  }

  Decision stop(Operation.StopPartition op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    return switch (partition.state()) {
      case RUNNING, PAUSED -> becomes(partition, PartitionState.STOPPED);
      default -> wrongState(partition, "only a RUNNING or PAUSED one stops");
    };
  }

  Decision destroy(Operation.DestroyPartition op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    return switch (partition.state()) {
      case CREATED, STOPPED -> release(partition);
      default -> wrongState(partition, "only a CREATED or STOPPED one is destroyed");
    };
  }

  /**
   * Everything goes back, what is only reserved at once. Pages take their time, so with any it is a
   * ZOMBIE first; a donation on its way to it ends as free pages instead, and those are scrubbed
   * whatever the giver asked.
   */
  private Decision release(PartitionDescriptor partition) {
    int id = partition.id();
    long owned = state.memory.owner().frames(Descriptors.partition(id));
    boolean holdsPages = owned > state.indexes.useOf(id).reserved();
    Revoking revoking = new Revoking(state);
    if (holdsPages) {
      revoking.add(new Event.PartitionStateChanged(id, PartitionState.ZOMBIE));
    }
    state.indexes.reservations.of(id).stream()
        .map(Event.ReservationVoided::new)
        .forEach(revoking::add);
    releaseProcessors(id, revoking);
    releaseDevices(id, revoking);
    NavigableMap<Long, RevocationInfo> arriving =
        state.indexes.incoming.getOrDefault(id, new TreeMap<>());
    arriving.values().forEach(donation -> revoking.redirect(donation, EndState.AVAILABLE, true));
    List<Long> monitor = revoking.monitorOf(id);
    state.memory.forEachMapping(
        id,
        (guestFrame, hostFrame, count, rights) ->
            revokePerWindow(revoking, id, guestFrame, new PageRange(hostFrame, count), monitor));
    if (!holdsPages) {
      revoking.add(new Event.PartitionStateChanged(id, PartitionState.DESTROYED));
    }
    return revoking.decision();
  }

  private static void revokePerWindow(
      Revoking revoking, int partition, long guestFrame, PageRange run, List<Long> monitor) {
    long from = run.firstFrame();
    while (from < run.endFrame()) {
      long end = Math.min(run.endFrame(), PageChecks.windowEnd(from));
      long guest = guestFrame + from - run.firstFrame();
      revoking.revoke(
          partition, PageRange.between(from, end), guest, monitor, true, EndState.AVAILABLE);
      from = end;
    }
  }

  private void releaseProcessors(int partition, Revoking revoking) {
    if (state.indexes.useOf(partition).processors() > 0) {
      state
          .processors
          .rows()
          .forEach(
              (number, processor) -> {
                if (processor.isAssignedTo(partition)) {
                  revoking.add(new Event.ProcessorReleased(partition, processor.processor()));
                }
              });
    }
  }

  private void releaseDevices(int partition, Revoking revoking) {
    if (state.indexes.useOf(partition).devices() > 0) {
      List<String> addresses = new ArrayList<>();
      state
          .devices
          .rows()
          .forEach(
              (number, device) -> {
                if (device.isAssignedTo(partition)) {
                  addresses.add(device.address());
                }
              });
      if (!addresses.isEmpty()) {
        revoking.add(new Event.DevicesReleased(partition, addresses));
      }
    }
  }

  private static Decision becomes(PartitionDescriptor partition, PartitionState state) {
    return Decision.accepted(new Event.PartitionStateChanged(partition.id(), state));
  }

  private static Decision wrongState(PartitionDescriptor partition, String expected) {
    return rejected(
        Refusal.PARTITION_STATE,
        "'%s' is %s; %s".formatted(partition.name(), partition.state(), expected));
  }
}
