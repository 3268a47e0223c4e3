package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Leaves that fill up page by page and empty again, at both scales and at every boundary of
 * addresses: from runs to an array and back, written behind snapshots, looked at ahead or not.
 */
class DenseLeafTest {

  @ParameterizedTest
  @CsvSource({"9,0", "9,9", "9,36", "9,45", "9,54", "10,0", "10,10", "10,40", "10,50", "10,60"})
  void ownersFillUpAndEmpty(int bits, int boundary) {
    Scale scale = new Scale(bits);
    long seed = Seeds.seed();
    String where = Seeds.repeat("DenseLeafTest", seed, boundary);
    long first = Math.max(0, (1L << boundary) - scale.slots());
    long[] frames = shuffled(first, Math.min(2L * scale.slots(), scale.frameLimit() - first), seed);
    OwnerMap map = new OwnerMap(scale);
    map.findBlock(5, Tier.K, 0);
    map.prefetch(frames, Math.min(frames.length, 64));
    for (int i = 0; i < frames.length; i++) {
      map.assign(new PageRange(frames[i], 1), 5 + i % 2);
    }
    assertEquals(frames.length, map.frames(5) + map.frames(6), where);
    try (OwnerMapSnapshot full = map.snapshot()) {
      map.prefetch(frames, Math.min(frames.length, 64));
      for (long frame : frames) {
        map.assign(new PageRange(frame, 1), OwnerMapView.ABSENT);
      }
      for (int i = 0; i < frames.length; i++) {
        assertEquals(5 + i % 2, full.descriptorAt(frames[i]), where);
      }
      assertTrue(full.memoryBytes() > map.memoryBytes(), where);
    }
    assertEquals(0, map.hashHigh() | map.hashLow(), where);
    assertEquals(scale.frameLimit(), map.frames(OwnerMapView.ABSENT), where);
    assertEquals(-1, map.findBlock(5, Tier.K, 0), where);
  }

  @ParameterizedTest
  @CsvSource({"9,0", "9,31", "9,36", "9,54", "10,0", "10,28", "10,40", "10,50", "10,60"})
  void memoryMapsFillUpAndEmpty(int bits, int boundary) {
    Scale scale = new Scale(bits);
    long seed = Seeds.seed();
    String where = Seeds.repeat("DenseLeafTest", seed, boundary);
    long first = Math.max(0, (1L << boundary) - scale.slots());
    long[] hosts = shuffled(first, Math.min(2L * scale.slots(), scale.frameLimit() - first), seed);
    MemoryMap map = new MemoryMap(scale);
    long[] guests = new long[hosts.length];
    long guestFirst = Math.max(0, Math.min(first, MemoryMapView.GUEST_LIMIT - hosts.length));
    for (int i = 0; i < hosts.length; i++) {
      guests[i] = guestFirst + i;
      map.map(guests[i], new PageRange(hosts[i], 1), i % 3 == 0 ? Rights.READ : Rights.ALL);
    }
    map.prefetch(hosts, guests, Math.min(hosts.length, 64));
    assertEquals(hosts.length, map.mappedFrames(), where);
    try (MemoryMapSnapshot full = map.snapshot()) {
      for (int i = hosts.length - 1; i >= 0; i--) {
        assertEquals(guests[i], map.guestFrameOf(hosts[i]), where);
        map.unmap(guests[i], 1);
        assertEquals(-1, map.guestFrameOf(hosts[i]), where);
      }
      for (int i = 0; i < hosts.length; i++) {
        Rights rights = i % 3 == 0 ? Rights.READ : Rights.ALL;
        assertEquals(new Mapping(hosts[i], rights), full.at(guests[i]), where);
        assertEquals(guests[i], full.guestFrameOf(hosts[i]), where);
      }
    }
    assertEquals(0, map.hashHigh() | map.hashLow() | map.mappedFrames(), where);
  }

  private static long[] shuffled(long first, long count, long seed) {
    Random random = new Random(seed);
    long[] frames = new long[(int) count];
    for (int i = 0; i < frames.length; i++) {
      int other = random.nextInt(i + 1);
      frames[i] = frames[other];
      frames[other] = first + i;
    }
    return frames;
  }
}
