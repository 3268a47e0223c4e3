package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Tier;

/** What scenarios do not show of reservations: many at once, readers, images and shapes. */
final class ReservationTest {
  private final LedgerFixture fixture = new LedgerFixture();

  @BeforeEach
  void memoryAndPartition() {
    fixture.committed(
        new Operation.AddMemory(new PageRange(0, 1024), 0, MemoryType.DRAM, true),
        new Operation.AddProcessor(3, 0),
        new Operation.CreatePartition("a", PartitionKind.GUEST, Limits.NONE));
  }

  private static Operation.Reserve reserve(String name, long frames, long timeout) {
    return new Operation.Reserve(
        name, "a", frames, Tier.K, List.of(0), List.of(), List.of(), timeout);
  }

  private List<Event> tick() {
    return ((Outcome.Committed)
            fixture.execute(Transaction.sessionless("test", new Operation.Tick())))
        .events();
  }

  @Test
  void theOldestDeadlinesFirstAndNoMoreThan64AtOnce() {
    Map<Long, Event> expected = new TreeMap<>();
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      long timeout = 1 + 37L * i % 100; // each once, in no order
      operations.add(reserve("r" + i, 1, timeout));
      expected.put(timeout, new Event.ReservationExpired(i + 1));
    }
    fixture.committed(operations.toArray(Operation[]::new));
    assertEquals(OptionalLong.of(fixture.now + 1), fixture.ledger.queries().nextDeadline());
    fixture.now += 100;
    List<Event> order = List.copyOf(expected.values());
    assertEquals(order.subList(0, 64), tick());
    fixture.ledger.checkInvariants();
    assertEquals(order.subList(64, 100), tick());
    assertEquals(List.of(), tick());
    assertEquals(OptionalLong.empty(), fixture.ledger.queries().nextDeadline());
    fixture.ledger.checkInvariants();
    fixture.replayed().checkInvariants();
  }

  @Test
  void readersAndRestoredLedgersSayTheSame() {
    fixture.committed(reserve("r", 5, 1000), reserve("s", 1, 500));
    LedgerQueries live = fixture.ledger.queries();
    Ledger restored =
        Ledger.restore(
            fixture.ledger.sequence(),
            fixture.ledger.hash(),
            LedgerFixture.records(fixture.ledger));
    restored.checkInvariants();
    try (LedgerReader reader = fixture.ledger.reader()) {
      for (LedgerQueries other : List.of(reader, restored.queries())) {
        assertEquals(live.reservations(), other.reservations());
        assertEquals(live.reservation("s"), other.reservation("s"));
        assertEquals(live.reservation("t"), other.reservation("t"));
        assertEquals(live.nextDeadline(), other.nextDeadline());
        assertEquals(live.ownerOf(4), other.ownerOf(4));
      }
    }
    assertEquals(1, live.ownerOf(4).reservation());
    assertEquals(2, live.reservation("s").orElseThrow().reservation());
  }

  @Test
  void whatIsNamedTwiceIsHeldOnceInOrder() {
    Operation.Reserve reserve =
        new Operation.Reserve(
            "r",
            "a",
            0,
            Tier.K,
            List.of(),
            List.of(9, 3, 9),
            List.of("10000:00:00.0", "0000:0A:00.1", "00000:0a:00.1"),
            1);
    assertEquals(List.of(3, 9), reserve.processors());
    assertEquals(List.of("0000:0a:00.1", "10000:00:00.0"), reserve.addresses());
  }

  @Test
  void shapes() {
    assertRefusedShape("must hold something", 0, List.of(), 1);
    assertRefusedShape("cells", 1, List.of(), 1);
    assertRefusedShape("timeout", 1, List.of(0), 0);
    assertRefusedShape("timeout", 1, List.of(0), Operation.Reserve.MOST_TIMEOUT_MILLIS + 1);
    assertRefusedShape("frame count", -1, List.of(0), 1);
  }

  private static void assertRefusedShape(
      String words, long frames, List<Integer> cells, long timeout) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Operation.Reserve(
                    "r", "a", frames, Tier.K, cells, List.of(), List.of(), timeout));
    assertTrue(String.valueOf(refused.getMessage()).contains(words), refused::toString);
  }
}
