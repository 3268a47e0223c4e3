package org.ultravisor.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

class PendingRevocationsTest {
  private final PendingRevocations pending = new PendingRevocations(0);

  @Test
  void acknowledgedThenScrubbedThenCompleted() {
    pending.apply(10, revoked(1, List.of(7L, 8L), true));
    pending.apply(11, revoked(2, List.of(8L), true));
    assertEquals(Map.of(7L, 10L, 8L, 10L), pending.awaited());
    assertEquals(0, pending.dueCount());

    pending.apply(12, new Event.RevocationAcknowledged(1, 8, false));
    assertEquals(Map.of(7L, 10L, 8L, 11L), pending.awaited());
    pending.apply(12, new Event.RevocationAcknowledged(1, 7, true));
    assertEquals(List.of(1L), pending.due(9).stream().map(RevocationInfo::revocation).toList());

    pending.apply(13, new Event.RevocationScrubbed(1, 3));
    assertEquals(0, pending.dueCount());
    RevocationInfo done = pending.apply(13, new Event.RevocationCompleted(1, EndState.AVAILABLE));
    assertEquals(new PageRange(100, 10), done == null ? null : done.range());
    assertNull(pending.get(1));
    assertEquals(1, pending.size());
  }

  @Test
  void aSplitLeavesTwoThatAwaitTheSame() {
    EndState end = new EndState.Owned(5, 1000, Rights.READ_WRITE);
    pending.apply(
        10, new Event.PagesRevoked(1, 4, new PageRange(100, 10), 500, List.of(7L), false, end));
    pending.apply(11, new Event.RevocationSplit(1, 104, 2));
    assertEquals(
        new RevocationInfo(1, 4, new PageRange(100, 4), 500, 10, List.of(7L), false, end),
        pending.get(1));
    assertEquals(
        new RevocationInfo(
            2,
            4,
            new PageRange(104, 6),
            504,
            10,
            List.of(7L),
            false,
            new EndState.Owned(5, 1004, Rights.READ_WRITE)),
        pending.get(2));
    pending.apply(11, new Event.RevocationRedirected(2, EndState.POISONED, false));
    assertEquals(Map.of(7L, 10L), pending.awaited());
  }

  @Test
  void theOldestAreDueFirst() {
    for (int i = 5; i >= 1; i--) {
      pending.apply(10, revoked(i, List.of(), true));
    }
    assertEquals(List.of(1L, 2L), pending.due(2).stream().map(RevocationInfo::revocation).toList());
    assertEquals(5, pending.dueCount());
    pending.reset(List.of());
    assertEquals(0, pending.dueCount());
  }

  @Test
  void anotherHostsPagesAreNotDueHere() {
    pending.apply(
        10,
        new Event.PagesRevoked(
            1, 4, new PageRange(1L << 40, 10), 0, List.of(), true, EndState.AVAILABLE));
    assertEquals(1, pending.size());
    assertEquals(0, pending.dueCount());
  }

  @Test
  void anUnknownRevocationIsABrokenInvariant() {
    assertThrows(
        IllegalStateException.class,
        () -> pending.apply(1, new Event.RevocationCompleted(9, EndState.AVAILABLE)));
  }

  private static Event.PagesRevoked revoked(long number, List<Long> awaited, boolean scrub) {
    return new Event.PagesRevoked(
        number, 4, new PageRange(100, 10), 0, awaited, scrub, EndState.AVAILABLE);
  }
}
