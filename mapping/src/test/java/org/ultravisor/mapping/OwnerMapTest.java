package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerMapTest {
  private static final long M = 1L << 10;
  private static final long P = 1L << 40;
  private static final long E = 1L << 50;
  private static final long LIMIT = 1L << 60;

  private final OwnerMap map = new OwnerMap(Scale.LEDGER);

  private static PageRange range(long first, long count) {
    return new PageRange(first, count);
  }

  private int pages() {
    int[] count = {0};
    map.forEachIndexPage((level, prefix, slots) -> count[0]++);
    return count[0];
  }

  @Test
  void beginsAbsent() {
    assertEquals(0, map.descriptorAt(LIMIT - 1));
    assertEquals(LIMIT, map.frames(OwnerMapView.ABSENT));
    assertTrue(map.isWhole(range(0, LIMIT), 0));
    assertEquals(1, pages());
    assertEquals(0, map.hashHigh());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, M - 1, M, P - 1, P, E - 1, E, LIMIT - 1})
  void holdsASingleFrameAtTierBoundaries(long frame) {
    map.assign(range(frame, 1), 7);
    assertEquals(7, map.descriptorAt(frame));
    assertEquals(1, map.frames(7));
    assertEquals(LIMIT - 1, map.frames(0));
    assertEquals(frame == 0 ? 0 : frame, map.findBlock(7, Tier.K, 0));
    if (frame > 0) {
      assertEquals(0, map.descriptorAt(frame - 1));
    }
    if (frame < LIMIT - 1) {
      assertEquals(0, map.descriptorAt(frame + 1));
    }
    assertEquals(6, pages());
    map.assign(range(frame, 1), 0);
    assertEquals(1, pages());
    assertEquals(0, map.hashHigh() | map.hashLow());
  }

  @ParameterizedTest
  @ValueSource(longs = {M, P, E})
  void crossesTierBoundaries(long boundary) {
    map.assign(range(boundary - 3, 7), 9);
    List<Long> runs = new ArrayList<>();
    map.forEachRun(
        range(boundary - 5, 20),
        (first, count, descriptor) -> runs.addAll(List.of(first, count, (long) descriptor)));
    assertEquals(List.of(boundary - 5, 2L, 0L, boundary - 3, 7L, 9L, boundary + 4, 11L, 0L), runs);
    assertTrue(map.isWhole(range(boundary - 3, 7), 9));
    assertFalse(map.isWhole(range(boundary - 3, 8), 9));
    assertFalse(map.isWhole(range(boundary - 4, 7), 9));
  }

  @Test
  void mergesUpToTheRoot() {
    map.assign(range(0, LIMIT), 4);
    assertEquals(1, pages());
    map.assign(range(E - 1, 1), 5);
    assertEquals(6, pages());
    map.assign(range(E - 1, 1), 4);
    assertEquals(1, pages());
    assertTrue(map.isWhole(range(0, LIMIT), 4));
  }

  @Test
  void mergesNeverCrossDescriptors() {
    for (long frame = 0; frame < M; frame++) {
      map.assign(range(frame, 1), frame % 2 == 0 ? 4 : 6);
    }
    assertEquals(6, pages());
    assertEquals(-1, map.findBlock(4, Tier.M, 0));
    for (long frame = 0; frame < M; frame++) {
      map.assign(range(frame, 1), 4);
    }
    assertEquals(5, pages());
    assertEquals(0, map.findBlock(4, Tier.M, 0));
  }

  @Test
  void hashDependsOnContentAlone() {
    map.assign(range(5, 3 * M), 4);
    OwnerMap other = new OwnerMap(Scale.LEDGER);
    for (long frame = 3 * M + 4; frame >= 5; frame--) {
      other.assign(range(frame, 1), 4);
    }
    assertEquals(map.hashHigh(), other.hashHigh());
    assertEquals(map.hashLow(), other.hashLow());
    other.assign(range(5, 1), 6);
    assertNotEquals(map.hashHigh(), other.hashHigh());
    assertNotEquals(map.hashLow(), other.hashLow());
  }

  @Test
  void refusesWhatIsNotThere() {
    OwnerMap small = new OwnerMap(Scale.X86);
    assertThrows(IllegalArgumentException.class, () -> small.assign(range(1L << 54, 1), 4));
    assertThrows(IllegalArgumentException.class, () -> small.assign(range(0, 1), -1));
    assertThrows(IllegalArgumentException.class, () -> small.descriptorAt(1L << 54));
    assertThrows(IllegalArgumentException.class, () -> small.descriptorAt(-1));
    assertEquals(1L << 54, small.frames(0));
  }

  @Test
  void snapshotsKeepWhatTheySaw() {
    map.assign(range(0, P), 4);
    OwnerMapSnapshot before = map.snapshot();
    map.assign(range(M, 1), 6);
    try (OwnerMapSnapshot after = map.snapshot()) {
      assertEquals(4, before.descriptorAt(M));
      assertEquals(P, before.frames(4));
      assertEquals(6, after.descriptorAt(M));
      assertEquals(P - 1, after.frames(4));
      assertNotEquals(before.hashLow(), after.hashLow());
    }
    before.close();
    before.close();
    assertThrows(IllegalStateException.class, () -> before.descriptorAt(0));
  }
}
