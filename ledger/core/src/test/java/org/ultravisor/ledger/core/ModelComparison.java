package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.Mapping;
import org.ultravisor.mapping.PageRange;

/** Compares the model's state with the ledger's: what was touched, or all that there is. */
final class ModelComparison {
  private static final int MOST_TOUCHED = 48;

  private final NaiveState model;
  private final State ledger;
  private final LedgerQueries queries;

  ModelComparison(NaiveState model, State ledger) {
    this.model = model;
    this.ledger = ledger;
    this.queries = new LiveQueries(ledger);
  }

  /** Compares these pages; of very many, some. */
  void touched(List<Long> frames) {
    int every = 1 + frames.size() / MOST_TOUCHED;
    for (int i = 0; i < frames.size(); i += every) {
      page(frames.get(i));
    }
  }

  /** Compares the first and the last page of each range that a fact names, and what lies beside. */
  void facts(List<Event> events) {
    for (int i = 0; i < Math.min(events.size(), MOST_TOUCHED); i++) {
      PageRange range =
          switch (events.get(i)) {
            case Event.PagesAssigned e -> e.range();
            case Event.PagesRevoked e -> e.range();
            case Event.MemoryAdded e -> e.range();
            case Event.MemoryRemoved e -> e.range();
            default -> null;
          };
      if (range != null) {
        page(range.firstFrame());
        page(range.endFrame() - 1);
        if (range.firstFrame() > 0) {
          page(range.firstFrame() - 1);
        }
        if (range.endFrame() < PageRange.FRAME_LIMIT) {
          page(range.endFrame());
        }
      }
    }
  }

  /** Compares one page: owner, revocation, reservation, and where its owner sees it. */
  void page(long frame) {
    NaivePage page = model.memory.get(frame);
    int descriptor = ledger.memory.owner().descriptorAt(frame);
    if (descriptor != descriptor(page)) {
      differs(frame, page);
    }
    if (page == null) {
      return;
    }
    if (page.owner() > 0) {
      long guest = ledger.memory.mapOf(page.owner()).guestFrameOf(frame);
      Mapping mapping = guest < 0 ? null : ledger.memory.mapOf(page.owner()).at(guest);
      if (guest != page.guest()
          || (mapping != null
              && (mapping.hostFrame() != frame || !mapping.rights().equals(page.rights())))) {
        differs(frame, page);
      }
    }
    RevocationInfo revocation = ledger.indexes.revocationIn(new PageRange(frame, 1));
    NaivePending pending = page.pending();
    if ((revocation == null) != (pending == null)
        || (revocation != null && pending != null && revocation.revocation() != pending.number())) {
      differs(frame, page);
    }
    HeldRange held = ledger.indexes.reservations.heldIn(new PageRange(frame, 1));
    if ((held == null ? 0 : held.reservation()) != page.reservation()) {
      differs(frame, page);
    }
  }

  private void differs(long frame, @Nullable NaivePage page) {
    throw new AssertionError(
        "frame %d: the model has %s, the ledger %s".formatted(frame, page, queries.ownerOf(frame)));
  }

  private static int descriptor(@Nullable NaivePage page) {
    if (page == null) {
      return Descriptors.ABSENT;
    }
    return switch (page.owner()) {
      case NaivePage.AVAILABLE -> Descriptors.available(page.cell());
      case NaivePage.RESERVED -> Descriptors.RESERVED;
      case NaivePage.POISONED -> Descriptors.POISONED;
      default -> Descriptors.partition(page.owner());
    };
  }

  /** Compares all that there is. */
  void everything() {
    owners();
    queries.partitions().forEach(this::partition);
    assertEquals(model.partitions.size(), queries.partitions().size(), "number of partitions");
    revocations();
    holdings();
  }

  /** Who has each page, and that nothing else is installed. */
  private void owners() {
    long installed = 0;
    for (PageRange island : NaiveMemory.ISLANDS) {
      int base = NaiveMemory.index(island.firstFrame());
      ledger
          .memory
          .owner()
          .forEachRun(
              island,
              (first, count, descriptor) -> {
                for (long frame = first; frame < first + count; frame++) {
                  NaivePage page = model.memory.at(base + (int) (frame - island.firstFrame()));
                  if (descriptor(page) != descriptor) {
                    differs(frame, page);
                  }
                }
              });
    }
    for (int i = 0; i < NaiveMemory.SIZE; i++) {
      installed += model.memory.at(i) == null ? 0 : 1;
    }
    assertEquals(
        PageRange.FRAME_LIMIT - installed,
        ledger.memory.owner().frames(Descriptors.ABSENT),
        "absent frames");
  }

  private void partition(PartitionInfo info) {
    NaivePartition partition = model.partitions.require(info.id());
    NaiveMemory.Holdings has = model.memory.of(info.id());
    long devices =
        model.devices.values().stream().filter(each -> each.partition() == info.id()).count();
    String expected =
        "%s %s %s %s charged %d actual %d requested %d reserved %d processors %d devices %d %d"
            .formatted(
                partition.name(),
                partition.kind(),
                partition.state(),
                partition.limits(),
                has.owned + has.incoming,
                has.seen,
                has.seen + has.incoming + has.reserved,
                has.reserved,
                model.processorsOf(info.id()),
                devices,
                partition.monitor());
    String found =
        "%s %s %s %s charged %d actual %d requested %d reserved %d processors %d devices %d %d"
            .formatted(
                info.name(),
                info.kind(),
                info.state(),
                info.limits(),
                info.chargedPages(),
                info.actualPages(),
                info.requestedPages(),
                info.reservedPages(),
                info.processors(),
                info.devices(),
                info.monitorIncarnation());
    assertEquals(expected, found);
    map(info.id(), has);
  }

  /** Every page of the partition's map is one that the model says it sees there. */
  private void map(int partition, NaiveMemory.Holdings has) {
    long[] seen = {0};
    ledger.memory.forEachMapping(
        partition,
        (guest, host, count, rights) -> {
          for (long i = 0; i < count; i++) {
            NaivePage page = model.memory.get(host + i);
            if (page == null
                || page.owner() != partition
                || page.guest() != guest + i
                || !rights.equals(page.rights())) {
              differs(host + i, page);
            }
          }
          seen[0] += count;
        });
    assertEquals(has.seen, seen[0], () -> "pages that partition " + partition + " sees");
  }

  private void revocations() {
    long pages = 0;
    for (RevocationInfo info : queries.revocations()) {
      for (long frame = info.range().firstFrame(); frame < info.range().endFrame(); frame++) {
        NaivePage page = model.memory.get(frame);
        NaivePending pending = page == null ? null : page.pending();
        if (pending == null
            || pending.number() != info.revocation()
            || !pending.awaited().equals(info.awaited())
            || pending.scrub() != info.scrub()
            || pending.revokedAt() != info.revokedAt()
            || !sameEnd(pending.end(), info, frame)) {
          throw new AssertionError("frame " + frame + ": " + info + " but the model has " + page);
        }
        pages++;
      }
    }
    long expected = 0;
    for (int i = 0; i < NaiveMemory.SIZE; i++) {
      NaivePage page = model.memory.at(i);
      expected += page == null || page.pending() == null ? 0 : 1;
    }
    assertEquals(expected, pages, "pages that are being revoked");
  }

  private static boolean sameEnd(NaiveEnd end, RevocationInfo info, long frame) {
    return switch (info.end()) {
      case EndState.Available() -> end.is(NaiveEnd.Kind.AVAILABLE);
      case EndState.Poisoned() -> end.is(NaiveEnd.Kind.POISONED);
      case EndState.Owned owned ->
          end.equals(
              NaiveEnd.owned(
                  owned.partition(),
                  owned.guestFrame() + frame - info.range().firstFrame(),
                  owned.rights()));
      default -> throw new AssertionError("the model does not know the end of " + info);
    };
  }

  private void holdings() {
    assertEquals(model.processors.size(), queries.processors().size(), "processors");
    for (ProcessorInfo info : queries.processors()) {
      assertEquals(
          model.processors.require(info.processor()),
          new NaiveState.Processor(info.cell(), info.partition(), info.reservation()),
          () -> "processor " + info.processor());
    }
    assertEquals(model.devices.size(), queries.devices().size(), "devices");
    for (DeviceInfo info : queries.devices()) {
      assertEquals(
          model.devices.require(info.address()),
          new NaiveState.Device(
              info.deviceClass(), info.iommuGroup(), info.partition(), info.reservation()),
          info::address);
    }
    assertEquals(model.reservations.size(), queries.reservations().size(), "reservations");
    for (ReservationInfo info : queries.reservations()) {
      List<Long> frames =
          info.ranges().stream().flatMap(range -> NaivePages.frames(range).stream()).toList();
      assertEquals(
          model.reservations.require(info.reservation()),
          new NaiveReservation(
              info.reservation(),
              info.name(),
              info.partition(),
              info.tier(),
              frames,
              info.processors(),
              info.addresses(),
              info.deadline()));
    }
  }
}
