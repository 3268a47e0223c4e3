package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.table.LongMapView;
import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;
import org.ultravisor.mapping.MappingPageVisitor;
import org.ultravisor.mapping.MemoryMapSnapshot;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** Records of maps that change at random; repeat with {@code -Dultravisor.seed=N}. */
final class MapRecordsTest {
  private static final int PARTITIONS = 12;
  private static final int SLOTS = Memory.SCALE.slots();
  private static final int KEY_BYTES = 2 * Long.BYTES + 1;

  private final Random random;
  private final String repeat;
  private final State state = new State();
  private final List<Mapped> mapped = new ArrayList<>();
  private long hostBlocks;

  private record Mapped(int partition, long guestFrame, PageRange host) {}

  MapRecordsTest() {
    long seed = Long.getLong("ultravisor.seed", new Random().nextLong());
    random = new Random(seed);
    repeat = "repeat with -Dultravisor.seed=" + seed;
  }

  /** Maps something of a few blocks of any tier up to G, or takes something out. */
  private void change() {
    if (random.nextInt(5) < 2 && !mapped.isEmpty()) {
      Mapped gone = mapped.remove(random.nextInt(mapped.size()));
      state.memory.unmap(gone.partition, gone.guestFrame, gone.host);
      return;
    }
    int partition = 1 + random.nextInt(PARTITIONS);
    int bits = Memory.SCALE.bits() * random.nextInt(3);
    long guestFrame = random.nextLong(random.nextBoolean() ? 4 : 3000) << bits;
    long host = (hostBlocks++ << 32) + (random.nextLong(4) << bits);
    PageRange range = new PageRange(host, (1 + random.nextLong(5)) << bits);
    if (state.memory.isFree(partition, guestFrame, range.frameCount())) {
      state.memory.map(partition, guestFrame, range, Rights.ALL);
      mapped.add(new Mapped(partition, guestFrame, range));
    }
  }

  private static Map<String, String> records(LongMapView<MemoryMapSnapshot> maps) {
    TreeMap<String, String> records = new TreeMap<>();
    MapRecords.forEach(
        maps,
        (table, key, value) -> {
          if (value == null) {
            throw new AssertionError("a record without a value: " + hex(key));
          }
          records.put(hex(key), hex(value));
        });
    return records;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static State restored(Map<String, String> records) {
    State restored = new State();
    records.forEach((key, value) -> MapRecords.restore(restored.memory, bytes(key), bytes(value)));
    return restored;
  }

  /** Whether a slot of the record says where pages are. */
  private static boolean mapsItself(String record) {
    RecordReader in = new RecordReader(bytes(record));
    while (in.more()) {
      in.u16();
      if (in.i64() > 0) {
        return true;
      }
    }
    return false;
  }

  @Test
  void differencesLeadToTheRecordsAndTheRecordsToTheMaps() {
    LongMapView<MemoryMapSnapshot> older = state.memory.freezeMaps();
    Map<String, String> patched = new TreeMap<>();
    for (int round = 0; round < 150; round++) {
      for (int i = random.nextInt(30); i > 0; i--) {
        change();
      }
      LongMapView<MemoryMapSnapshot> now = state.memory.freezeMaps();
      MapRecords.forEachChangedSince(
          older,
          now,
          (table, key, value) -> {
            if (value == null) {
              patched.remove(hex(key));
            } else {
              patched.put(hex(key), hex(value));
            }
          });
      Map<String, String> records = records(now);
      assertEquals(records, patched, repeat);
      assertTrue(records.values().stream().allMatch(MapRecordsTest::mapsItself), repeat);
      State restored = restored(records);
      assertEquals(state.hash(), restored.hash(), repeat);
      assertEquals(records, records(restored.memory.freezeMaps()), repeat);
      older = now;
    }
  }

  @Test
  void aRecordMissingIsNoticed() {
    while (mapped.size() < 50) {
      change();
    }
    Map<String, String> records = records(state.memory.freezeMaps());
    for (String key : records.keySet()) {
      Map<String, String> others = new TreeMap<>(records);
      others.remove(key);
      assertNotEquals(state.hash(), restored(others).hash(), repeat);
    }
  }

  @Test
  void aNewMapOfOneBlockHasOneRecordAndNothingIsGone() {
    LongMapView<MemoryMapSnapshot> before = state.memory.freezeMaps();
    state.memory.map(7, 3L * SLOTS, new PageRange(5L * SLOTS, SLOTS), Rights.ALL);
    List<String> visited = new ArrayList<>();
    MapRecords.forEachChangedSince(
        before,
        state.memory.freezeMaps(),
        (table, key, value) -> visited.add(hex(key) + (value == null ? " gone" : "")));
    assertEquals(List.of("0000000000000007" + "0000000000000000" + "04"), visited);
  }

  @Test
  void pagesThatOnlyLeadToOthersAreTakenToo() {
    state.memory.map(7, 3L * SLOTS, new PageRange(5L * SLOTS, SLOTS), Rights.ALL);
    Map<String, String> records = records(state.memory.freezeMaps());
    RecordWriter out = new RecordWriter();
    String root = hex(out.i64(7).i64(0).u8(0).copy(0));
    String leads =
        hex(out.clear().u16(1).i64(MappingPageVisitor.SUBDIVIDED).u16(SLOTS - 1).i64(0).copy(0));
    Map<String, String> more = new TreeMap<>(records);
    more.put(root, leads);
    State restored = restored(more);
    assertEquals(state.hash(), restored.hash());
    assertEquals(records, records(restored.memory.freezeMaps()));
  }

  @Test
  void aRecordOfTooManyOrTooFewSlotsIsRefused() {
    byte[] key = new byte[KEY_BYTES];
    for (int slots : new int[] {0, 1, SLOTS - 1, SLOTS + 1, 65_535}) {
      byte[] value = new RecordWriter().u16(slots).i64(0).copy(0);
      assertThrows(IllegalStateException.class, () -> MapRecords.restore(state.memory, key, value));
    }
  }
}
