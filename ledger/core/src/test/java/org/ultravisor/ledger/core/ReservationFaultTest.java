package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/** Wrong writes into what reservations keep; the check of the whole state names each. */
final class ReservationFaultTest {
  private static final int A = 1;
  private static final long HELD = 1;
  private static final PageRange PAGES = new PageRange(0, 4);

  private final LedgerFixture fixture = new LedgerFixture();
  private final State state = fixture.ledger.state();

  @BeforeEach
  void twoReservations() {
    fixture.committed(
        new Operation.AddMemory(new PageRange(0, 64), 0, MemoryType.DRAM, true),
        new Operation.CreatePartition("a", PartitionKind.GUEST, Limits.NONE),
        new Operation.CreatePartition("b", PartitionKind.GUEST, Limits.NONE),
        new Operation.AddProcessor(0, 0),
        new Operation.AddProcessor(1, 0),
        new Operation.AddDevice("0000:00:01.0", 0, 7, 0),
        new Operation.AddDevice("0000:00:01.1", 0, 7, 0),
        reserve("r", "a", 4, List.of(0), List.of("0000:00:01.0")),
        reserve("s", "b", 2, List.of(), List.of()));
    fixture.ledger.checkInvariants();
  }

  private static Operation reserve(
      String name, String partition, long frames, List<Integer> processors, List<String> devices) {
    return new Operation.Reserve(
        name, partition, frames, Tier.K, List.of(0), processors, devices, 1000);
  }

  private void change(UnaryOperator<ReservationInfo> fault) {
    state.reservations.put(HELD, fault.apply(state.reservations.require(HELD)));
  }

  private void found(String words) {
    InvariantViolation found =
        assertThrows(InvariantViolation.class, fixture.ledger::checkInvariants);
    assertTrue(found.toString().contains(words), found::toString);
  }

  private static ReservationInfo with(
      ReservationInfo held, String name, int partition, List<Integer> processors) {
    return new ReservationInfo(
        held.reservation(),
        name,
        partition,
        held.frameCount(),
        held.tier(),
        held.ranges(),
        processors,
        held.addresses(),
        held.deadline());
  }

  @Test
  void forAPartitionThatIsGone() {
    change(held -> with(held, "r", 9, held.processors()));
    found("reservation 1 is for partition 9, which is gone");
  }

  @Test
  void morePagesThanWereAskedFor() {
    change(held -> held.withRanges(List.of(PAGES, new PageRange(40, 1))));
    found("reservation 1 holds 5 pages, more than were asked for");
  }

  @Test
  void pagesOfAnother() {
    change(held -> held.withRanges(List.of(new PageRange(40, 4))));
    found("pages of reservation 1 do not have the descriptor of partition 1");
  }

  @Test
  void pagesThatAreSeen() {
    state.memory.map(A, 100, new PageRange(2, 1), Rights.READ);
    found("frame 2 is mapped but held by reservation 1");
  }

  @Test
  void pagesThatAreBeingRevoked() {
    state.revocations.put(
        5,
        new RevocationInfo(5, A, new PageRange(1, 1), -1, 1, List.of(), true, EndState.AVAILABLE));
    found("pages from frame 0 are held by reservation 1 and are being revoked");
  }

  @Test
  void pagesThatAreShared() {
    PageRange shared = new PageRange(1, 1);
    state.loans.put(
        5,
        new LoanInfo(
            5,
            LoanKind.SHARE,
            A,
            shared,
            List.of(new LoanPiece(shared, 1, Rights.READ)),
            List.of(LoanBorrower.offered(2, Rights.READ)),
            0));
    found("pages from frame 0 are held by reservation 1 and are part of a loan");
  }

  @Test
  void aProcessorThatDoesNotKnow() {
    state.processors.put(0, state.processors.require(0).heldBy(A, 0));
    found("processor 0 is not held by reservation 1");
  }

  @Test
  void aDeviceOfAnother() {
    long number = DeviceAddress.number("0000:00:01.1");
    state.devices.put(number, state.devices.require(number).heldBy(2, HELD));
    found("is not held by reservation 1");
  }

  @Test
  void aProcessorOfWhichTheReservationKnowsNothing() {
    state.processors.put(1, state.processors.require(1).heldBy(A, HELD));
    found("reservation 1 holds 1 processors or devices, but others say so too");
  }

  @Test
  void aProcessorOfAReservationThatIsNotThere() {
    state.processors.put(1, state.processors.require(1).heldBy(A, 77));
    found("a processor or device is held by a reservation that is not there");
  }

  @Test
  void onePageTwice() {
    change(held -> held.withRanges(List.of(new PageRange(0, 2), new PageRange(1, 2))));
    found("reservation 1 holds pages that are held already, from frame 1 on");
  }

  @Test
  void aNameTwice() {
    change(held -> with(held, "s", A, held.processors()));
    found("the name of reservation 2 is used twice");
  }

  @Test
  void halfAGroup() {
    long number = DeviceAddress.number("0000:00:01.1");
    state.devices.put(number, state.devices.require(number).heldBy(A, 0));
    change(
        held ->
            new ReservationInfo(
                held.reservation(),
                held.name(),
                held.partition(),
                held.frameCount(),
                held.tier(),
                held.ranges(),
                held.processors(),
                List.of("0000:00:01.0"),
                held.deadline()));
    found("part of IOMMU group 7 is held by a reservation");
  }

  @Test
  void anIndexThatWasNotKept() {
    state.indexes.reservations.byDeadline.clear();
    found("the indexes do not agree with the tables");
  }
}
