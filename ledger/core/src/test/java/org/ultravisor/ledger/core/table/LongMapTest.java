package org.ultravisor.ledger.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The map against the JDK's, and its snapshots against copies. */
final class LongMapTest {
  private final Random random;
  private final String repeat;

  LongMapTest() {
    long seed = Long.getLong("ultravisor.seed", new Random().nextLong());
    random = new Random(seed);
    repeat = "repeat with -Dultravisor.seed=" + seed;
  }

  private long key() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(40);
      case 1 -> random.nextInt(5000);
      case 2 -> (1L << random.nextInt(63)) + random.nextInt(3) - 1;
      default -> random.nextLong() >>> 1;
    };
  }

  private static Map<Long, String> contents(LongMapView<String> map) {
    TreeMap<Long, String> contents = new TreeMap<>();
    List<Long> order = new ArrayList<>();
    map.forEach(
        (key, value) -> {
          contents.put(key, value);
          order.add(key);
        });
    assertEquals(List.copyOf(contents.keySet()), order);
    return contents;
  }

  @Test
  void behavesLikeATreeMap() {
    LongMap<String> map = new LongMap<>();
    TreeMap<Long, String> expected = new TreeMap<>();
    for (int i = 0; i < 30_000; i++) {
      long key = key();
      String value = random.nextInt(3) == 0 ? null : "v" + random.nextInt(100);
      String old = value == null ? expected.remove(key) : expected.put(key, value);
      assertEquals(old, map.put(key, value), repeat);
      assertEquals(expected.size(), map.size(), repeat);
      long asked = key();
      assertEquals(expected.get(asked), map.get(asked), repeat);
      Long floor = expected.floorKey(asked);
      assertEquals(floor == null ? LongMapView.NO_KEY : floor, map.floorKey(asked), repeat);
    }
    assertEquals(expected, contents(map), repeat);
  }

  @Test
  void snapshotsStayAndTheirDifferencesAreTheChanges() {
    LongMap<String> map = new LongMap<>();
    TreeMap<Long, String> expected = new TreeMap<>();
    LongMapView<String> older = map.snapshot();
    TreeMap<Long, String> olderExpected = new TreeMap<>();
    for (int round = 0; round < 200; round++) {
      for (int i = random.nextInt(60); i > 0; i--) {
        long key = key();
        String value = random.nextBoolean() ? null : "v" + random.nextInt(5);
        if (value == null) {
          expected.remove(key);
        } else {
          expected.put(key, value);
        }
        map.put(key, value);
      }
      assertEquals(olderExpected, contents(older), repeat);
      LongMapView<String> now = map.snapshot();
      TreeMap<Long, String> patched = new TreeMap<>(olderExpected);
      now.forEachChangedSince(
          older,
          (key, old, value) -> {
            assertEquals(old, patched.get(key), repeat);
            if (value == null) {
              patched.remove(key);
            } else {
              patched.put(key, value);
            }
          });
      assertEquals(expected, patched, repeat);
      older = now;
      olderExpected = new TreeMap<>(expected);
    }
  }

  @Test
  void differenceCostsByWhatDiffers() {
    LongMap<String> map = new LongMap<>();
    for (long key = 0; key < 100_000; key++) {
      map.put(key, "v");
    }
    LongMapView<String> before = map.snapshot();
    map.put(50_000, "w");
    List<Long> changed = new ArrayList<>();
    map.snapshot().forEachChangedSince(before, (key, old, now) -> changed.add(key));
    assertEquals(List.of(50_000L), changed);
  }
}
