package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.ultravisor.mapping.PageRange;

/** Everything that must always hold, checked from the ground up at a cost of the whole state. */
final class InvariantChecks {
  private final State state;

  private final Consumer<String> progress;

  /**
   * @param progress told what is checked next
   */
  InvariantChecks(State state, Consumer<String> progress) {
    this.state = state;
    this.progress = progress;
  }

  void run() {
    check("descriptors", this::checkDescriptors);
    check("revocations", new RevocationChecks(state)::run);
    check("reservations", new ReservationChecks(state)::run);
    check("loans", new LoanChecks(state)::run);
    check("channels", new ChannelChecks(state)::run);
    check("services", new ServiceChecks(state)::run);
    check("memory maps", this::checkMaps);
    check("partitions", this::checkPartitions);
    check("processors and devices", this::checkHoldings);
    check("sessions", this::checkSessions);
    check("hash and indexes", this::checkDerived);
  }

  private void check(String part, Runnable check) {
    progress.accept(part);
    check.run();
  }

  /** Every installed page has one descriptor, and the sums agree. */
  private void checkDescriptors() {
    Map<Integer, Long> counted = new HashMap<>();
    long[] installed = {0};
    long[] lastEnd = {0};
    state
        .regions
        .rows()
        .forEach(
            (first, region) -> {
              PageRange range = region.range();
              Invariant.check(
                  range.firstFrame() >= lastEnd[0], "regions overlap at frame %d", first);
              lastEnd[0] = range.endFrame();
              installed[0] += range.frameCount();
              state
                  .memory
                  .owner()
                  .forEachRun(
                      range,
                      (at, count, descriptor) -> {
                        checkDescriptor(at, descriptor, region);
                        counted.merge(descriptor, count, Long::sum);
                      });
            });
    long absent = state.memory.owner().frames(Descriptors.ABSENT);
    Invariant.check(
        absent == PageRange.FRAME_LIMIT - installed[0],
        "%d frames are absent but %d installed",
        absent,
        installed[0]);
    counted.forEach(
        (descriptor, count) ->
            Invariant.check(
                state.memory.owner().frames(descriptor) == count,
                "descriptor %d holds %d frames but %d are counted",
                descriptor,
                state.memory.owner().frames(descriptor),
                count));
  }

  private void checkDescriptor(long frame, int descriptor, MemoryRegionInfo region) {
    Invariant.check(
        descriptor != Descriptors.ABSENT, "installed frame %d has no descriptor", frame);
    if (Descriptors.isAvailable(descriptor)) {
      Invariant.check(
          Descriptors.cellOf(descriptor) == region.cell(),
          "frame %d is available in cell %d but lies in cell %d",
          frame,
          Descriptors.cellOf(descriptor),
          region.cell());
    } else if (Descriptors.isPartition(descriptor)) {
      int owner = Descriptors.partitionOf(descriptor);
      Invariant.check(
          state.partitions.get(owner) != null,
          "frame %d is owned by partition %d, which is not there",
          frame,
          owner);
    }
  }

  /** A partition sees just the pages that it owns or has borrowed, each once. */
  private void checkMaps() {
    for (int partition : state.memory.partitions()) {
      Set<Long> firsts = new HashSet<>();
      List<PageRange> seen = new ArrayList<>();
      state.memory.forEachMapping(
          partition,
          (guest, host, count, rights) -> {
            checkSeen(partition, new PageRange(host, count));
            Invariant.check(firsts.add(host), "frame %d is seen twice", host);
            seen.add(new PageRange(host, count));
          });
      seen.sort(Comparator.naturalOrder());
      for (int i = 1; i < seen.size(); i++) {
        Invariant.check(
            !seen.get(i).overlaps(seen.get(i - 1)),
            "frame %d is seen twice by partition %d",
            seen.get(i).firstFrame(),
            partition);
      }
    }
  }

  private void checkSeen(int partition, PageRange range) {
    LoanChecks loans = new LoanChecks(state);
    state
        .memory
        .owner()
        .forEachRun(
            range,
            (first, count, descriptor) ->
                Invariant.check(
                    descriptor == Descriptors.partition(partition)
                        || loans.mayBorrow(partition, new PageRange(first, count)),
                    "partition %d sees pages from frame %d that it neither owns nor borrows",
                    partition,
                    first));
  }

  /** Limits hold, all that is owned is seen or being revoked, and zombies hold something. */
  private void checkPartitions() {
    state
        .partitions
        .rows()
        .forEach(
            (id, partition) -> {
              long owned = state.memory.owner().frames(Descriptors.partition(partition.id()));
              long charged = state.chargedPages(partition.id());
              Invariant.check(
                  charged <= partition.limits().pages(),
                  "partition %d is charged for %d pages, over its limit of %d",
                  id,
                  charged,
                  partition.limits().pages());
              PartitionUse use = state.indexes.useOf(partition.id());
              long expected = state.usablePages(partition.id());
              Invariant.check(
                  use.processors() <= partition.limits().processors(),
                  "partition %d has %d processors, over its limit of %d",
                  id,
                  use.processors(),
                  partition.limits().processors());
              long seen = state.memory.mapOf(partition.id()).mappedFrames();
              Invariant.check(
                  seen == expected,
                  "partition %d sees %d pages where %d were expected",
                  id,
                  seen,
                  expected);
              Invariant.check(
                  !partition.isZombie() || (seen == 0 && isHeldBack(partition.id(), owned)),
                  "partition %d is a zombie with %d pages, %d of them seen",
                  id,
                  owned,
                  seen);
              Invariant.check(state.versions.get(id) != null, "partition %d has no version", id);
            });
    Invariant.check(
        state.versions.rows().size() == state.partitions.rows().size(),
        "%d versions of %d partitions",
        state.versions.rows().size(),
        state.partitions.rows().size());
  }

  /** Why a zombie is not gone: it owns pages, returns some, or its monitor is awaited. */
  private boolean isHeldBack(int zombie, long owned) {
    MonitorInfo monitor = state.monitors.get(zombie);
    return owned > 0
        || state.indexes.useOf(zombie).loans().returning() > 0
        || (monitor != null
            && state.indexes.revocationsAwaiting.containsKey(monitor.incarnation()));
  }

  /** What is assigned is assigned to partitions that are there, IOMMU groups as a whole. */
  private void checkHoldings() {
    Map<Integer, Integer> holderOfGroup = new HashMap<>();
    state.processors.rows().forEach((number, processor) -> checkHolder(processor.partition()));
    state
        .devices
        .rows()
        .forEach(
            (number, device) -> {
              checkHolder(device.partition());
              Integer holder =
                  device.iommuGroup() < 0
                      ? null
                      : holderOfGroup.put(device.iommuGroup(), device.partition());
              Invariant.check(
                  holder == null || holder == device.partition(),
                  "IOMMU group %d is split between partitions",
                  device.iommuGroup());
            });
    state
        .monitors
        .rows()
        .forEach(
            (partition, monitor) ->
                Invariant.check(
                    state.partitions.get(partition) != null,
                    "a monitor is attached to partition %d, which is not there",
                    partition));
  }

  private void checkHolder(int partition) {
    if (partition != 0) {
      PartitionDescriptor holder = state.partitions.get(partition);
      Invariant.check(
          holder != null && !holder.isZombie(),
          "partition %d holds a processor or device but is gone",
          partition);
    }
  }

  /** Answers belong to open sessions and lie in their windows. */
  private void checkSessions() {
    state
        .answers
        .rows()
        .forEach(
            (key, answer) -> {
              SessionInfo session = state.sessions.get(key / Answer.WINDOW);
              Invariant.check(
                  session != null, "request %d's session is not open", answer.requestId());
              Invariant.check(
                  session == null
                      || (answer.requestId() >= session.lowestUnanswered()
                          && answer.requestId() - session.lowestUnanswered() < Answer.WINDOW
                          && answer.sequence() <= state.sequence),
                  "the answer to request %d lies outside its session's window",
                  answer.requestId());
            });
  }

  /** The hash and the indexes kept by the difference are those of a state built from nothing. */
  private void checkDerived() {
    StateHash kept = state.hash();
    List<StateRecord> records = new ArrayList<>();
    try (Image image = new Image(state)) {
      image.forEach(
          (table, key, value) -> {
            if (value != null) {
              records.add(new StateRecord(table, key, value));
            }
          });
    }
    State rebuilt = new State();
    try {
      new Restorer(rebuilt).restore(state.sequence, kept, records);
    } catch (IllegalStateException e) {
      throw new InvariantViolation("the hash is not that of the tables: " + e.getMessage());
    }
    if (!state.indexes.agreesWith(rebuilt.indexes)) {
      throw new InvariantViolation("the indexes do not agree with the tables");
    }
  }
}
