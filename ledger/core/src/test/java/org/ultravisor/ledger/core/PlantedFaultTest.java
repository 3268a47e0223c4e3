package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Faults planted where a defect in {@code decide} or {@code apply} would put them: false facts in
 * leaves, or wrong writes into the tables. Each is found, and named for what it is.
 */
final class PlantedFaultTest {
  private static final PageRange PAGES = new PageRange(8, 4);

  private final LedgerFixture fixture = new LedgerFixture();
  private final State state = fixture.ledger.state();

  @BeforeEach
  void twoPartitionsOneWithPagesAndMonitor() {
    fixture.committed(
        new Operation.AddMemory(new PageRange(0, 64), 0, MemoryType.DRAM, true),
        new Operation.CreatePartition("a", PartitionKind.GUEST, new Limits(10, 1)),
        new Operation.CreatePartition("b", PartitionKind.GUEST, Limits.NONE),
        new Operation.AddProcessor(0, 0),
        new Operation.AddProcessor(1, 0),
        new Operation.AttachHost("h", 0, 1),
        new Operation.AttachMonitor("a", "h", 2),
        new Operation.AssignPages("a", PAGES, 0, Rights.ALL));
    fixture.ledger.checkInvariants();
  }

  /** A leaf that says these facts came of something harmless. */
  private void replay(Event... facts) {
    long sequence = fixture.ledger.sequence() + 1;
    fixture.ledger.replay(
        new Leaf(
            sequence,
            fixture.now,
            Submission.local(Transaction.sessionless("fault", new Operation.OpenSession(1)), 0),
            new Outcome.Committed(sequence, Arrays.asList(facts))));
  }

  private void foundAtOnce(String words, Event... facts) {
    InvariantViolation found = assertThrows(InvariantViolation.class, () -> replay(facts));
    assertTrue(found.toString().contains(words), found::toString);
  }

  private void foundByTheCheck(String words) {
    InvariantViolation found =
        assertThrows(InvariantViolation.class, fixture.ledger::checkInvariants);
    assertTrue(found.toString().contains(words), found::toString);
  }

  private Event.PagesRevoked release() {
    return (Event.PagesRevoked)
        fixture.committed(new Operation.ReleasePages("a", PAGES)).getFirst();
  }

  @Test
  void doubleAssignment() {
    foundAtOnce(
        "frame 8 is taken as available but its descriptor is",
        new Event.PagesAssigned(2, new PageRange(8, 1), 0, Rights.ALL));
  }

  @Test
  void doubleAssignmentWithinARange() {
    foundAtOnce(
        "frame 8 is taken as available but its descriptor is",
        new Event.PagesAssigned(2, new PageRange(6, 4), 0, Rights.ALL));
  }

  @Test
  void guestFrameUsedTwice() {
    foundAtOnce(
        "sees other pages at guest frame 3",
        new Event.PagesAssigned(1, new PageRange(20, 1), 3, Rights.ALL));
  }

  @Test
  void lostRelease() {
    state.memory.unmap(1, 0, PAGES);
    foundByTheCheck("partition 1 sees 0 pages where 4 were expected");
  }

  @Test
  void releaseWithoutTakingThePagesOutOfTheMap() {
    Event.PagesRevoked honest =
        new Event.PagesRevoked(1, 1, PAGES, 0, List.of(2L), true, EndState.AVAILABLE);
    foundAtOnce(
        "partition 1 sees 4 pages where 0 were expected",
        new Event.PagesRevoked(
            1, 1, honest.range(), -1, honest.awaited(), true, EndState.AVAILABLE));
    foundByTheCheck("frame 8 is mapped but part of revocation 1");
  }

  @Test
  void skippedAcknowledgement() {
    Event.PagesRevoked revoked = release();
    foundAtOnce("was scrubbed but not due", new Event.RevocationScrubbed(revoked.revocation(), 1));
  }

  @Test
  void reuseBeforeTheAcknowledgement() {
    Event.PagesRevoked revoked = release();
    foundAtOnce(
        "ends but awaits 1 monitors",
        new Event.RevocationCompleted(revoked.revocation(), EndState.AVAILABLE));
  }

  @Test
  void reuseBeforeTheScrub() {
    Event.PagesRevoked revoked = release();
    foundAtOnce(
        "is not scrubbed",
        new Event.RevocationAcknowledged(revoked.revocation(), 2, false),
        new Event.RevocationCompleted(revoked.revocation(), EndState.AVAILABLE));
  }

  @Test
  void otherEndThanWasSaid() {
    Event.PagesRevoked revoked = release();
    foundAtOnce(
        "ends otherwise than was last said",
        new Event.RevocationAcknowledged(revoked.revocation(), 2, false),
        new Event.RevocationScrubbed(revoked.revocation(), 1),
        new Event.RevocationCompleted(revoked.revocation(), new EndState.Owned(2, 0, Rights.ALL)));
  }

  @Test
  void revocationThatForgotItsMonitor() {
    replay(new Event.PagesRevoked(1, 1, PAGES, 0, List.of(), false, EndState.AVAILABLE));
    foundByTheCheck("awaits nothing and is still pending");
  }

  @Test
  void revocationOfPagesThatAreBeingRevoked() {
    release();
    foundAtOnce(
        "takes pages that are being revoked",
        new Event.PagesRevoked(2, 1, PAGES, -1, List.of(), true, EndState.AVAILABLE));
  }

  @Test
  void assignmentOverTheLimit() {
    foundAtOnce(
        "partition 1 is charged for 11 pages, over its limit of 10",
        new Event.PagesAssigned(1, new PageRange(20, 7), 20, Rights.ALL));
    foundByTheCheck("partition 1 is charged for 11 pages, over its limit of 10");
  }

  @Test
  void processorOverTheLimit() {
    foundAtOnce(
        "partition 1 has 2 processors, over its limit of 1",
        new Event.ProcessorAssigned(1, 0),
        new Event.ProcessorAssigned(1, 1));
    foundByTheCheck("partition 1 has 2 processors, over its limit of 1");
  }

  @Test
  void processorAssignedTwice() {
    foundAtOnce(
        "processor 0 is partition 1's, not 0's",
        new Event.ProcessorAssigned(1, 0),
        new Event.ProcessorAssigned(2, 0));
  }

  @Test
  void partitionGoneWithItsPages() {
    foundAtOnce(
        "is gone but holds 4 pages", new Event.PartitionStateChanged(1, PartitionState.DESTROYED));
  }

  @Test
  void zombieThatStillSeesItsPages() {
    foundAtOnce(
        "is a zombie with 4 pages that it sees",
        new Event.PartitionStateChanged(1, PartitionState.ZOMBIE));
    foundByTheCheck("is a zombie with 4 pages, 4 of them seen");
  }

  @Test
  void donationToOneThatIsGone() {
    foundAtOnce(
        "partition 9 is not there",
        new Event.PagesRevoked(
            1, 1, PAGES, 0, List.of(2L), false, new EndState.Owned(9, 0, Rights.ALL)));
    foundByTheCheck("ends with partition 9, which is gone");
  }

  @Test
  void memoryAddedTwice() {
    foundAtOnce(
        "pages from frame 60 on should have the descriptor 0",
        new Event.MemoryAdded(new PageRange(60, 10), 0, MemoryType.DRAM, true));
  }

  @Test
  void pageLostFromTheOwnerMap() {
    state.memory.assign(new PageRange(30, 1), Descriptors.ABSENT);
    foundByTheCheck("installed frame 30 has no descriptor");
  }

  @Test
  void pageAvailableInAnotherCell() {
    state.memory.assign(new PageRange(30, 1), Descriptors.available(1));
    foundByTheCheck("frame 30 is available in cell 1 but lies in cell 0");
  }

  @Test
  void pageThatNobodyInstalled() {
    state.memory.assign(new PageRange(64, 1), Descriptors.available(0));
    foundByTheCheck("frames are absent but 64 installed");
  }

  @Test
  void reservedPageThatNobodyWillScrub() {
    state.memory.assign(new PageRange(30, 1), Descriptors.RESERVED);
    foundByTheCheck("1 pages are reserved but 0 wait for their first scrub");
  }

  @Test
  void hashThatWasNotKept() {
    state.sum.add(1, 0);
    foundByTheCheck("hash");
  }

  @Test
  void indexThatWasNotKept() {
    state.indexes.partitionByName.remove("b");
    foundByTheCheck("the indexes do not agree with the tables");
  }

  @Test
  void answerOutsideItsWindow() {
    state.answers.put(Answer.key(1, 3000), new Answer(3000, 1, 0));
    foundByTheCheck("the answer to request 3000 lies outside its session's window");
  }

  @Test
  void leafThatDoesNotFollow() {
    long sequence = fixture.ledger.sequence();
    Leaf again = fixture.leaves.getLast();
    InvariantViolation found =
        assertThrows(InvariantViolation.class, () -> fixture.ledger.replay(again));
    assertTrue(found.toString().contains("does not follow"), found::toString);
    assertEquals(sequence, fixture.ledger.sequence());
  }

  @Test
  void historyCompactedAheadOrBack() {
    long sequence = fixture.ledger.sequence();
    foundAtOnce("history is compacted", new Event.HistoryCompacted(sequence + 1));
    replay(new Event.HistoryCompacted(sequence));
    foundAtOnce("history is compacted", new Event.HistoryCompacted(sequence - 1));
  }

  @Test
  void ledgerTimeThatGoesBack() {
    Leaf last = fixture.leaves.getLast();
    Leaf early =
        new Leaf(last.sequence() + 1, last.ledgerTime() - 1, last.submission(), last.outcome());
    assertThrows(InvariantViolation.class, () -> fixture.ledger.replay(early));
  }

  @Test
  void recordThatWasChangedOnDisk() {
    List<StateRecord> records = new ArrayList<>(LedgerFixture.records(fixture.ledger));
    for (int i = 0; i < records.size(); i++) {
      List<StateRecord> changed = new ArrayList<>(records);
      byte[] value = records.get(i).value().clone();
      value[value.length - 1] ^= 1;
      changed.set(i, new StateRecord(records.get(i).table(), records.get(i).key(), value));
      assertThrows(
          IllegalStateException.class,
          () -> Ledger.restore(fixture.ledger.sequence(), fixture.ledger.hash(), changed),
          "record " + i + " of table " + records.get(i).table());
    }
  }
}
