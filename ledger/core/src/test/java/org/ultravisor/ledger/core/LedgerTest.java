package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Tier;

/** The ledger as its users see it. */
final class LedgerTest {
  private static final Operation ADD_MEMORY =
      new Operation.AddMemory(new PageRange(1024, 4096), 0, MemoryType.DRAM, true);

  private final LedgerFixture fixture = new LedgerFixture();

  private void twoPartitions() {
    fixture.committed(
        ADD_MEMORY,
        new Operation.CreatePartition("a", PartitionKind.GUEST, Limits.NONE),
        new Operation.CreatePartition("b", PartitionKind.IO, new Limits(100, 1)));
  }

  @Test
  void pagesGoRoundThroughRevocationAndScrub() {
    twoPartitions();
    fixture.committed(
        new Operation.AttachHost("h", 0, 1), new Operation.AttachMonitor("a", "h", 2));
    long host = fixture.ledger.queries().hosts().getFirst().incarnation();
    MonitorInfo monitor = fixture.ledger.queries().monitors().getFirst();
    PageRange range = new PageRange(2048, 10);
    fixture.committed(new Operation.AssignPages("a", range, 0, Rights.ALL));
    assertEquals(5, fixture.ledger.queries().ownerOf(2053).guestFrame());
    fixture.committed(new Operation.ReleasePages("a", range));
    RevocationInfo revocation = fixture.ledger.queries().revocations().getFirst();
    assertEquals(List.of(monitor.incarnation()), revocation.awaited());
    fixture.refused(
        Refusal.SCRUB_NOT_DUE, new Operation.RecordScrub("h", host, revocation.revocation()));
    fixture.refused(Refusal.PAGES_REVOKING, new Operation.AssignPages("b", range, 0, Rights.ALL));
    fixture.committed(
        new Operation.AcknowledgeView("a", monitor.incarnation(), revocation.revokedAt()));
    fixture.committed(new Operation.RecordScrub("h", host, revocation.revocation()));
    assertEquals(PageInfo.Kind.AVAILABLE, fixture.ledger.queries().ownerOf(2048).kind());
    fixture.committed(new Operation.AssignPages("b", range, 7, Rights.READ));
    fixture.ledger.checkInvariants();
    assertEquals(fixture.ledger.hash(), fixture.replayed().hash());
  }

  @Test
  void refusedTransactionOfSeveralOperationsChangesNothing() {
    twoPartitions();
    fixture.committed(
        new Operation.AttachHost("h", 0, 1),
        new Operation.AllocatePages("b", 100, Tier.K, List.of(0), -1, Rights.ALL));
    List<StateRecord> before = tables(fixture.ledger);
    Outcome outcome =
        fixture.submit(
            new Operation.AttachMonitor("a", "h", 1),
            new Operation.AllocatePages("a", 1024, Tier.M, List.of(0), -1, Rights.ALL),
            new Operation.ReleasePages("b", new PageRange(1034, 20)),
            new Operation.PoisonPages(new PageRange(1040, 5)),
            new Operation.DestroyPartition("a"),
            new Operation.OpenSession(99),
            new Operation.CreatePartition("c", PartitionKind.GUEST, Limits.NONE),
            new Operation.RemoveMemory(new PageRange(5000, 10)),
            new Operation.AssignPages("b", new PageRange(4999, 1), 5000, Rights.ALL),
            new Operation.AddProcessor(1, 0),
            new Operation.StartPartition("nobody"));
    Outcome.Refused refused = assertInstanceOf(Outcome.Refused.class, outcome);
    assertEquals(10, refused.operation());
    assertEquals(Refusal.PARTITION_NOT_FOUND, refused.reason());
    assertSame(before, tables(fixture.ledger));
    fixture.ledger.checkInvariants();
    fixture.replayed().checkInvariants();
  }

  /** The records but those that every transaction with a leaf changes. */
  private static List<StateRecord> tables(Ledger ledger) {
    return LedgerFixture.records(ledger).stream()
        .filter(
            record ->
                record.table() != Tables.CLOCK
                    && record.table() != Tables.SESSIONS
                    && record.table() != Tables.ANSWERS)
        .toList();
  }

  static void assertSame(List<StateRecord> expected, List<StateRecord> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      StateRecord one = expected.get(i);
      StateRecord other = actual.get(i);
      assertEquals(one.table(), other.table());
      assertTrue(Arrays.equals(one.key(), other.key()), "key " + i);
      assertTrue(Arrays.equals(one.value(), other.value()), "value " + i);
    }
  }

  @Test
  void restoredFromItsImageGoesOnAlike() {
    twoPartitions();
    fixture.committed(
        new Operation.AllocatePages("a", 2048, Tier.M, List.of(0), -1, Rights.ALL),
        new Operation.ReleasePages("a", new PageRange(2048, 17)));
    Ledger restored =
        Ledger.restore(
            fixture.ledger.sequence(),
            fixture.ledger.hash(),
            LedgerFixture.records(fixture.ledger));
    restored.checkInvariants();
    Operation next = new Operation.AllocatePages("b", 100, Tier.K, List.of(0), -1, Rights.ALL);
    Submission submission = Submission.local(Transaction.of(1, 50, "test", List.of(next)), 7);
    fixture.ledger.execute(9, submission);
    restored.execute(9, submission);
    assertEquals(fixture.ledger.hash(), restored.hash());
  }

  @Test
  void allocationGathersWhatIsLeftOfFragmentedMemory() {
    fixture.committed(
        new Operation.AddMemory(new PageRange(0, 65_536), 0, MemoryType.DRAM, true),
        new Operation.CreatePartition("a", PartitionKind.GUEST, Limits.NONE));
    Operation[] everyOther = new Operation[20_000];
    for (int i = 0; i < everyOther.length; i++) {
      everyOther[i] = new Operation.AssignPages("a", new PageRange(2L * i, 1), 2L * i, Rights.ALL);
    }
    fixture.committed(everyOther);
    List<Event> events =
        fixture.committed(
            new Operation.AllocatePages("a", 45_000, Tier.K, List.of(0), 100_000, Rights.ALL));
    assertEquals(20_000, events.size());
    Event.PagesAssigned last = (Event.PagesAssigned) events.getLast();
    assertEquals(PageRange.between(39_999, 65_000), last.range());
    fixture.ledger.checkInvariants();
  }

  @Test
  void restoreRefusesRecordsThatAreNotTheImages() {
    twoPartitions();
    List<StateRecord> records = LedgerFixture.records(fixture.ledger);
    StateHash hash = fixture.ledger.hash();
    assertThrows(
        IllegalStateException.class,
        () -> Ledger.restore(fixture.ledger.sequence(), hash, records.subList(0, 5)));
    assertThrows(
        IllegalStateException.class,
        () -> Ledger.restore(fixture.ledger.sequence() + 1, hash, records));
  }
}
