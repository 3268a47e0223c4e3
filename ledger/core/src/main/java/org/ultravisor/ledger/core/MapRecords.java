package org.ultravisor.ledger.core;

import org.ultravisor.ledger.core.table.LongMapView;
import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;
import org.ultravisor.mapping.MappingPageVisitor;
import org.ultravisor.mapping.MemoryMap;
import org.ultravisor.mapping.MemoryMapSnapshot;
import org.ultravisor.mapping.Scale;

/**
 * The memory maps' records: one for each index page that maps something itself, its slots shrunk to
 * runs whose addresses follow one another. Index pages that only lead to others have no record:
 * they follow from those, and for a machine's few ranges they would be most of the records.
 */
final class MapRecords {
  private static final int TOP = Scale.TIERS - 1;
  private static final MemoryMapSnapshot NOTHING = new MemoryMap(Memory.SCALE).snapshot();

  private MapRecords() {}

  static void forEach(LongMapView<MemoryMapSnapshot> maps, StateImage.RecordVisitor visitor) {
    maps.forEach((partition, map) -> map.forEachIndexPage(new Pages(partition, visitor, true)));
  }

  static void forEachChangedSince(
      LongMapView<MemoryMapSnapshot> older,
      LongMapView<MemoryMapSnapshot> maps,
      StateImage.RecordVisitor visitor) {
    maps.forEachChangedSince(
        older,
        (partition, before, now) ->
            (now == null ? NOTHING : now)
                .forEachIndexPageChangedSince(
                    before == null ? NOTHING : before,
                    new Pages(partition, visitor, before == null)));
  }

  static void restore(Memory memory, byte[] key, byte[] value) {
    RecordReader keyReader = new RecordReader(key);
    long partition = keyReader.i64();
    long firstFrame = keyReader.i64();
    int level = TOP - keyReader.u8();
    keyReader.end();
    long[] slots = new long[Memory.SCALE.slots()];
    RecordReader in = new RecordReader(value);
    int filled = 0;
    while (in.more()) {
      int count = in.u16();
      long entry = in.i64();
      if (count > slots.length - filled) {
        throw new IllegalStateException(
            "index page (level %d, first frame %d) of partition %d has more than %d slots"
                .formatted(level, firstFrame, partition, slots.length));
      }
      for (int i = 0; i < count; i++) {
        slots[filled++] = entry;
        entry = next(entry, level);
      }
    }
    if (filled != slots.length) {
      throw new IllegalStateException(
          "index page (level %d, first frame %d) of partition %d has %d slots"
              .formatted(level, firstFrame, partition, filled));
    }
    memory.load((int) partition, level, firstFrame >>> (Memory.SCALE.bits() * (level + 1)), slots);
  }

  /** The entry that follows in a run. */
  private static long next(long entry, int level) {
    return entry <= 0 ? entry : entry + (8L << (Memory.SCALE.bits() * level));
  }

  /** Turns index pages into records. */
  private static final class Pages implements MappingPageVisitor {
    private final long partition;
    private final StateImage.RecordVisitor visitor;

    /** Whether there was no record before, so that none is gone. */
    private final boolean fresh;

    private final RecordWriter out = new RecordWriter();

    Pages(long partition, StateImage.RecordVisitor visitor, boolean fresh) {
      this.partition = partition;
      this.visitor = visitor;
      this.fresh = fresh;
    }

    @Override
    public void page(int level, long prefix, long[] slots) {
      if (!mapsItself(slots)) {
        gone(level, prefix); // it may have mapped something before
        return;
      }
      byte[] key = key(level, prefix);
      out.clear();
      for (int slot = 0; slot < slots.length; ) {
        int end = slot + 1;
        while (end < slots.length && slots[end] == next(slots[end - 1], level)) {
          end++;
        }
        out.u16(end - slot).i64(slots[slot]);
        slot = end;
      }
      visitor.visit(Tables.MEMORY_MAPS, key, out.copy(0));
    }

    /** Whether a slot is neither nothing nor {@link MappingPageVisitor#SUBDIVIDED}. */
    private static boolean mapsItself(long[] slots) {
      for (long slot : slots) {
        if (slot > 0) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void gone(int level, long prefix) {
      if (!fresh) {
        visitor.visit(Tables.MEMORY_MAPS, key(level, prefix), null);
      }
    }

    private byte[] key(int level, long prefix) {
      return out.clear()
          .i64(partition)
          .i64(prefix << (Memory.SCALE.bits() * (level + 1)))
          .u8(TOP - level)
          .copy(0);
    }
  }
}
