package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.table.LongMapView;
import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;
import org.ultravisor.mapping.MemoryMapSnapshot;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** The memory maps' records: one for each maximal run of each partition's map. */
final class MapRecords {
  private MapRecords() {}

  private record Run(long guestFrame, long hostFrame, long count, Rights rights) {}

  static void forEach(LongMapView<MemoryMapSnapshot> maps, StateImage.RecordVisitor visitor) {
    RecordWriter out = new RecordWriter();
    maps.forEach(
        (partition, map) ->
            runs(map)
                .forEach(
                    run ->
                        visitor.visit(
                            Tables.MEMORY_MAPS,
                            key(out, partition, run.guestFrame),
                            value(out, run))));
  }

  static void forEachChangedSince(
      LongMapView<MemoryMapSnapshot> older,
      LongMapView<MemoryMapSnapshot> maps,
      StateImage.RecordVisitor visitor) {
    RecordWriter out = new RecordWriter();
    maps.forEachChangedSince(
        older,
        (partition, before, now) -> changes(partition, runs(before), runs(now), out, visitor));
  }

  /** Merges two lists by guest frame and visits where they differ. */
  private static void changes(
      long partition,
      List<Run> before,
      List<Run> now,
      RecordWriter out,
      StateImage.RecordVisitor visitor) {
    int b = 0;
    int n = 0;
    while (b < before.size() || n < now.size()) {
      long atBefore = b < before.size() ? before.get(b).guestFrame : Long.MAX_VALUE;
      long atNow = n < now.size() ? now.get(n).guestFrame : Long.MAX_VALUE;
      long at = Math.min(atBefore, atNow);
      Run old = atBefore == at ? before.get(b++) : null;
      Run run = atNow == at ? now.get(n++) : null;
      if (run == null) {
        visitor.visit(Tables.MEMORY_MAPS, key(out, partition, at), null);
      } else if (!run.equals(old)) {
        visitor.visit(Tables.MEMORY_MAPS, key(out, partition, at), value(out, run));
      }
    }
  }

  static void restore(Memory memory, byte[] key, byte[] value) {
    RecordReader keyReader = new RecordReader(key);
    long partition = keyReader.i64();
    long guestFrame = keyReader.i64();
    keyReader.end();
    RecordReader in = new RecordReader(value);
    PageRange host = new PageRange(in.i64(), in.i64());
    Rights rights = new Rights(in.u8());
    in.end();
    memory.map((int) partition, guestFrame, host, rights);
  }

  private static List<Run> runs(@Nullable MemoryMapSnapshot map) {
    List<Run> runs = new ArrayList<>();
    if (map != null) {
      map.forEachRun((guest, host, count, rights) -> runs.add(new Run(guest, host, count, rights)));
    }
    return runs;
  }

  private static byte[] key(RecordWriter out, long partition, long guestFrame) {
    return out.clear().i64(partition).i64(guestFrame).copy(0);
  }

  private static byte[] value(RecordWriter out, Run run) {
    return out.clear().i64(run.hostFrame).i64(run.count).u8(run.rights.bits()).copy(0);
  }
}
