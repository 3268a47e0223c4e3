package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryMapTest {
  private static final long M = 1L << 10;
  private static final long G = 1L << 20;
  private static final long P = 1L << 40;

  private final MemoryMap map = new MemoryMap(Scale.LEDGER);

  private static PageRange range(long first, long count) {
    return new PageRange(first, count);
  }

  private List<String> leaves() {
    List<String> leaves = new ArrayList<>();
    map.forEachLeaf(
        (tier, guest, host, blocks, rights) ->
            leaves.add("%s %d->%d x%d %s".formatted(tier, guest, host, blocks, rights)));
    return leaves;
  }

  @Test
  void mapsAtTheLastFrames() {
    map.map(MemoryMapView.GUEST_LIMIT - 1, range((1L << 60) - 1, 1), Rights.ALL);
    assertEquals(new Mapping((1L << 60) - 1, Rights.ALL), map.at(MemoryMapView.GUEST_LIMIT - 1));
    assertEquals(MemoryMapView.GUEST_LIMIT - 1, map.guestFrameOf((1L << 60) - 1));
    assertEquals(1, map.mappedFrames());
    assertThrows(
        IllegalArgumentException.class,
        () -> map.map(MemoryMapView.GUEST_LIMIT - 1, range(0, 2), Rights.READ));
    map.unmap(MemoryMapView.GUEST_LIMIT - 1, 1);
    assertNull(map.at(MemoryMapView.GUEST_LIMIT - 1));
    assertEquals(0, map.hashHigh() | map.hashLow() | map.mappedFrames());
  }

  @Test
  void leavesAreAsLargeAsBothAlignmentsAllow() {
    map.map(0, range(P, G + M + 1), Rights.READ_WRITE);
    assertEquals(
        List.of(
            "G 0->%d x1 rw".formatted(P),
            "M %d->%d x1 rw".formatted(G, P + G),
            "K %d->%d x1 rw".formatted(G + M, P + G + M)),
        leaves());
    map.unmap(0, 2 * G);
    map.map(1, range(M, 2 * M), Rights.READ);
    assertEquals(List.of("K 1->%d x%d r".formatted(M, 2 * M)), leaves());
  }

  @Test
  void consecutivePagesMergeToOneRun() {
    for (long page = 2 * M - 1; page >= 0; page--) {
      map.map(page, range(4 * M + page, 1), Rights.READ);
    }
    assertEquals(List.of("M 0->%d x2 r".formatted(4 * M)), leaves());
    MemoryMap other = new MemoryMap(Scale.LEDGER);
    other.map(0, range(4 * M, 2 * M), Rights.READ);
    assertEquals(other.hashHigh(), map.hashHigh());
    assertEquals(other.hashLow(), map.hashLow());
  }

  @Test
  void oneHostPageHasOneGuestPage() {
    map.map(10, range(100, 10), Rights.READ_WRITE);
    assertThrows(
        IllegalArgumentException.class, () -> map.map(30, range(105, 1), Rights.READ_WRITE));
    map.map(10, range(100, 10), Rights.READ);
    assertEquals(new Mapping(105, Rights.READ), map.at(15));
    map.map(9, range(101, 11), Rights.READ);
    assertEquals(-1, map.guestFrameOf(100));
    assertEquals(9, map.guestFrameOf(101));
    assertEquals(new Mapping(111, Rights.READ), map.at(19));
    assertEquals(11, map.mappedFrames());
  }

  @Test
  void findsTheFirstGap() {
    map.map(0, range(0, 3), Rights.READ);
    map.map(5, range(5, 3), Rights.READ);
    assertEquals(3, map.findGap(2, Tier.K));
    assertEquals(8, map.findGap(3, Tier.K));
    assertEquals(M, map.findGap(1, Tier.M));
    assertTrue(map.isFree(3, 2));
    assertFalse(map.isFree(3, 3));
    assertEquals(-1, map.findGap(MemoryMapView.GUEST_LIMIT, Tier.K));
  }
}
