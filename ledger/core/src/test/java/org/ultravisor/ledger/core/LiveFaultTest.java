package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/**
 * Faults that are found with the transaction that has them, before its outcome is told. Some leave
 * a state in which nothing is wrong any more, so that no check of the whole state would ever find
 * them.
 */
final class LiveFaultTest {
  private static final PageRange OWNED = new PageRange(8, 4);
  private static final PageRange HELD = new PageRange(0, 2);
  private static final PageRange FREE = new PageRange(20, 4);
  private static final int A = 1;
  private static final int B = 2;

  private final LedgerFixture fixture = new LedgerFixture();
  private final State state = fixture.ledger.state();

  @BeforeEach
  void aHasPagesAndAReservation() {
    fixture.committed(
        new Operation.AddMemory(new PageRange(0, 64), 0, MemoryType.DRAM, true),
        new Operation.CreatePartition("a", PartitionKind.GUEST, new Limits(10, 1)),
        new Operation.CreatePartition("b", PartitionKind.GUEST, Limits.NONE),
        new Operation.AddProcessor(0, 0),
        new Operation.AddProcessor(1, 0),
        new Operation.AddDevice("0000:00:01.0", 0, 7, 0),
        new Operation.AssignPages("a", OWNED, 0, Rights.ALL),
        new Operation.Reserve(
            "r", "a", 2, Tier.K, List.of(0), List.of(0), List.of("0000:00:01.0"), 1_000_000));
    fixture.ledger.checkInvariants();
  }

  private void replay(Event... facts) {
    long sequence = fixture.ledger.sequence() + 1;
    fixture.ledger.replay(
        new Leaf(
            sequence,
            fixture.now,
            Submission.local(Transaction.sessionless("fault", new Operation.Tick()), 0),
            new Outcome.Committed(sequence, Arrays.asList(facts))));
  }

  private void found(String words, Event... facts) {
    InvariantViolation found = assertThrows(InvariantViolation.class, () -> replay(facts));
    assertTrue(found.toString().contains(words), found::toString);
  }

  /** Finds it with the next transaction, whatever that is. */
  private void foundWithTheNext(String words) {
    found(words, new Event.PartitionStateChanged(B, PartitionState.RUNNING));
  }

  // ---- wrongs that cancel out within a transaction

  @Test
  void pagesTakenFromOneWhoDoesNotHaveThemAndGivenBack() {
    found(
        "pages from frame 20 on should have the descriptor",
        new Event.PagesRevoked(1, B, FREE, -1, List.of(), false, EndState.AVAILABLE),
        new Event.RevocationCompleted(1, EndState.AVAILABLE));
  }

  @Test
  void anothersPagesRemovedAsMemoryAndAddedAgain() {
    found(
        "frame 8 is taken as available but its descriptor is",
        new Event.MemoryRemoved(new PageRange(4, 8)),
        new Event.MemoryAdded(new PageRange(4, 8), 0, MemoryType.DRAM, true));
  }

  @Test
  void processorOfAReservationAssignedAndReleased() {
    found(
        "processor 0 is partition 1's, not 0's",
        new Event.ProcessorAssigned(B, 0),
        new Event.ProcessorReleased(B, 0));
  }

  // ---- sums that no longer agree

  @Test
  void heldPagesAreAssigned() {
    found(
        "frame 1 is taken as available but its descriptor is",
        new Event.PagesAssigned(A, new PageRange(1, 1), 30, Rights.ALL));
  }

  @Test
  void heldPagesAreRevokedAndTheReservationNotReduced() {
    found(
        "partition 1 sees 4 pages where 2 were expected",
        new Event.PagesRevoked(1, A, HELD, -1, List.of(), true, EndState.POISONED));
  }

  @Test
  void reservationReducedAndThePagesForgotten() {
    found(
        "partition 1 sees 4 pages where 5 were expected",
        new Event.ReservationReduced(1, new PageRange(1, 1)));
  }

  @Test
  void reservationReducedByWhatItDoesNotHold() {
    found("does not hold all pages", new Event.ReservationReduced(1, new PageRange(1, 4)));
  }

  @Test
  void reservationPostedWithOtherPages() {
    found("is posted but holds other pages", new Event.Posted(1, A, List.of(FREE), 30, Rights.ALL));
  }

  @Test
  void reservationEndedTwice() {
    found("has no record 1", new Event.ReservationVoided(1), new Event.ReservationExpired(1));
  }

  @Test
  void reservationOverTheLimit() {
    found(
        "partition 1 is charged for 13 pages, over its limit of 10",
        new Event.Reserved(
            2,
            "s",
            A,
            Tier.K,
            List.of(new PageRange(20, 7)),
            List.of(),
            List.of(),
            fixture.now + 1));
  }

  @Test
  void deviceReservedTwice() {
    found(
        "is reserved but partition 1's",
        new Event.Reserved(
            2, "s", B, Tier.K, List.of(), List.of(), List.of("0000:00:01.0"), fixture.now + 1));
  }

  @Test
  void revocationOfMoreThanIsSeenThere() {
    fixture.committed(new Operation.AssignPages("a", new PageRange(12, 1), 40, Rights.ALL));
    found(
        "does not see all of the 5 pages taken from its guest frame 0 on",
        new Event.PagesRevoked(1, A, new PageRange(8, 5), 0, List.of(), true, EndState.AVAILABLE));
  }

  private static Event.PagesLent lent(LoanKind kind, PageRange range) {
    return new Event.PagesLent(
        1,
        kind,
        A,
        range,
        List.of(new LoanPiece(range, 0, Rights.ALL)),
        List.of(LoanBorrower.offered(B, Rights.READ)));
  }

  @Test
  void pagesLentThatTheirOwnerStillSees() {
    found("partition 1 sees 4 pages where 0 were expected", lent(LoanKind.LEND, OWNED));
  }

  @Test
  void heldPagesAreLent() {
    found("partition 1 sees 4 pages where 2 were expected", lent(LoanKind.LEND, HELD));
  }

  @Test
  void loanReclaimedFromOneWhoHasIt() {
    found(
        "loan 1 is reclaimed but a borrower has it",
        lent(LoanKind.SHARE, OWNED),
        new Event.PagesRetrieved(1, B, 0),
        new Event.LoanReclaimed(1));
  }

  @Test
  void partitionGoneWithItsReservation() {
    fixture.committed(
        new Operation.Reserve("s", "b", 0, Tier.K, List.of(), List.of(1), List.of(), 1_000_000));
    found(
        "partition 2 is gone but holds 1 processors",
        new Event.PartitionStateChanged(B, PartitionState.DESTROYED));
  }

  // ---- wrong writes of which no fact speaks

  @Test
  void writeToAMemoryMap() {
    state.memory.unmap(A, 0, new PageRange(8, 1));
    foundWithTheNext("partition 1 sees 3 pages where 4 were expected");
  }

  @Test
  void writeToTheOwnerMap() {
    state.memory.assign(new PageRange(30, 2), Descriptors.partition(B));
    foundWithTheNext("partition 2 sees 0 pages where 2 were expected");
  }

  @Test
  void writeToThePartitionsTable() {
    state.partitions.put(A, state.partitions.require(A).withLimits(new Limits(5, 1)));
    foundWithTheNext("partition 1 is charged for 6 pages, over its limit of 5");
  }

  @Test
  void memoryLost() {
    state.memory.assign(new PageRange(30, 2), Descriptors.ABSENT);
    foundWithTheNext("frames are absent but 64 installed");
  }

  @Test
  void theWayBackFromARefusalLeavesNothing() {
    fixture.refused(
        Refusal.PARTITION_NOT_FOUND,
        new Operation.AssignPages("b", FREE, 0, Rights.ALL),
        new Operation.Void("r"),
        new Operation.ReleasePages("a", OWNED),
        new Operation.StartPartition("nobody"));
    fixture.ledger.checkInvariants();
  }
}
