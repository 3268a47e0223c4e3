package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.Mapping;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

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
            case Event.PagesLent e -> e.range();
            case Event.PagesProtected e -> e.range();
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
    LoanInfo loan = ledger.indexes.loans.loanIn(new PageRange(frame, 1));
    if ((loan == null ? 0 : loan.loan()) != page.loan()) {
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
    loans();
    new ModelTables(model, queries).compare();
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
        "%s %s %s %s charged %d actual %d requested %d reserved %d lent %d borrowed %d processors %d devices %d %d"
            .formatted(
                partition.name(),
                partition.kind(),
                partition.state(),
                partition.limits(),
                has.owned + has.incoming,
                has.seen + has.borrowed,
                has.seen + has.borrowed + has.incoming + has.reserved,
                has.reserved,
                has.lent,
                has.borrowed,
                model.processorsOf(info.id()),
                devices,
                partition.monitor());
    String found =
        "%s %s %s %s charged %d actual %d requested %d reserved %d lent %d borrowed %d processors %d devices %d %d"
            .formatted(
                info.name(),
                info.kind(),
                info.state(),
                info.limits(),
                info.chargedPages(),
                info.actualPages(),
                info.requestedPages(),
                info.reservedPages(),
                info.lentPages(),
                info.borrowedPages(),
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
            if (page == null || !sees(page, host + i, partition, guest + i, rights)) {
              differs(host + i, page);
            }
          }
          seen[0] += count;
        });
    assertEquals(
        has.seen + has.borrowed, seen[0], () -> "pages that partition " + partition + " sees");
  }

  private boolean sees(NaivePage page, long host, int partition, long guest, Rights rights) {
    if (page.owner() == partition) {
      return page.guest() == guest && rights.equals(page.rights());
    }
    NaiveLoan loan = model.loans.get(page.loan());
    NaiveLoan.Borrower borrower = loan == null ? null : loan.borrower(partition);
    return loan != null
        && borrower != null
        && borrower.held()
        && borrower.guest() + host - loan.range().firstFrame() == guest
        && borrower.rights().equals(rights);
  }

  private void revocations() {
    long pages = 0;
    int returns = 0;
    for (RevocationInfo info : queries.revocations()) {
      if (info.isReturn()) {
        returns++;
        compareReturn(info);
        continue;
      }
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
    assertEquals(model.loans.pendings().size(), returns, "returns");
  }

  private void compareReturn(RevocationInfo info) {
    NaivePage page = model.memory.get(info.range().firstFrame());
    NaiveLoan loan = page == null ? null : model.loans.get(page.loan());
    NaiveLoan.Borrower borrower = loan == null ? null : loan.borrower(info.partition());
    NaivePending expected =
        new NaivePending(
            info.revocation(), info.awaited(), info.scrub(), info.revokedAt(), NaiveEnd.RETURNED);
    if (borrower == null || !expected.equals(borrower.pending())) {
      throw new AssertionError(info + " but the model has " + loan);
    }
  }

  private void loans() {
    assertEquals(model.loans.all().size(), queries.loans().size(), "loans");
    for (LoanInfo info : queries.loans()) {
      NaiveLoan loan = model.loans.require(info.loan());
      List<NaiveLoan.Borrower> borrowers = new ArrayList<>();
      for (LoanBorrower each : info.borrowers()) {
        NaiveLoan.Borrower known = loan.borrower(each.partition());
        borrowers.add(
            new NaiveLoan.Borrower(
                each.partition(),
                each.rights(),
                NaiveLoan.Access.valueOf(each.state().name()),
                each.isHeld() ? each.guestFrame() : -1,
                known == null ? null : known.pending()));
      }
      assertEquals(
          loan,
          new NaiveLoan(
              info.loan(),
              info.isLent(),
              info.partition(),
              info.range(),
              borrowers,
              info.channel()));
      if (info.isLent()) {
        info.pieces().forEach(this::piece);
      }
    }
  }

  /** The owner will see the pages again where the loan says, unless it is gone. */
  private void piece(LoanPiece piece) {
    for (long i = 0; i < piece.range().frameCount(); i++) {
      long frame = piece.range().firstFrame() + i;
      NaivePage page = model.memory.require(frame);
      if (!model.partitions.require(page.owner()).zombie()
          && (page.keptGuest() != piece.guestFrame() + i
              || !piece.rights().equals(page.rights()))) {
        differs(frame, page);
      }
    }
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
      case EndState.Lent() -> end.is(NaiveEnd.Kind.LENT);
      case EndState.Returned() -> end.is(NaiveEnd.Kind.RETURNED);
      case EndState.Protected(Rights rights) -> end.equals(NaiveEnd.protectedAs(rights));
    };
  }
}
