package org.ultravisor.ledger.core;

import java.util.Arrays;
import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;
import org.ultravisor.mapping.IndexPageVisitor;
import org.ultravisor.mapping.OwnerMap;
import org.ultravisor.mapping.OwnerMapSnapshot;
import org.ultravisor.mapping.Scale;

/**
 * The owner map's records: one for each index page, its slots shrunk to runs. The root's page is
 * left out while everything is absent, so that an empty map has no records.
 */
final class OwnerRecords {
  private static final int TOP = Scale.TIERS - 1;

  /** Bytes of a page that is one run. */
  private static final int ONE_RUN = Short.BYTES + Integer.BYTES;

  private OwnerRecords() {}

  static void forEach(OwnerMapSnapshot map, StateImage.RecordVisitor visitor) {
    map.forEachIndexPage(
        new Pages(
            (table, key, value) -> {
              if (value != null) {
                visitor.visit(table, key, value);
              }
            }));
  }

  static void forEachChangedSince(
      OwnerMapSnapshot older, OwnerMapSnapshot map, StateImage.RecordVisitor visitor) {
    map.forEachIndexPageChangedSince(older, new Pages(visitor));
  }

  static void restore(OwnerMap map, byte[] key, byte[] value) {
    RecordReader keyReader = new RecordReader(key);
    long firstFrame = keyReader.i64();
    int level = TOP - keyReader.u8();
    keyReader.end();
    long prefix = firstFrame >>> (Memory.SCALE.bits() * (level + 1));
    int[] slots = new int[Memory.SCALE.slots()];
    RecordReader in = new RecordReader(value);
    int filled = 0;
    while (in.more()) {
      int count = in.u16();
      int slot = in.i32();
      if (count > slots.length - filled) {
        throw new IllegalStateException(
            "index page (level %d, prefix %d) has more than %d slots"
                .formatted(level, prefix, slots.length));
      }
      Arrays.fill(slots, filled, filled + count, slot);
      filled += count;
    }
    if (filled != slots.length) {
      throw new IllegalStateException(
          "index page (level %d, prefix %d) has %d slots where %d were expected"
              .formatted(level, prefix, filled, slots.length));
    }
    map.load(level, prefix, slots);
  }

  /** Turns index pages into records. */
  private static final class Pages implements IndexPageVisitor {
    private final StateImage.RecordVisitor visitor;
    private final RecordWriter out = new RecordWriter();

    Pages(StateImage.RecordVisitor visitor) {
      this.visitor = visitor;
    }

    @Override
    public void page(int level, long prefix, int[] slots) {
      byte[] key = key(level, prefix);
      out.clear();
      for (int slot = 0; slot < slots.length; ) {
        int end = slot + 1;
        while (end < slots.length && slots[end] == slots[slot]) {
          end++;
        }
        out.u16(end - slot).i32(slots[slot]);
        slot = end;
      }
      boolean emptyRoot = level == TOP && slots[0] == 0 && out.length() == ONE_RUN;
      visitor.visit(Tables.OWNER_MAP, key, emptyRoot ? null : out.copy(0));
    }

    @Override
    public void gone(int level, long prefix) {
      visitor.visit(Tables.OWNER_MAP, key(level, prefix), null);
    }

    private byte[] key(int level, long prefix) {
      return out.clear().i64(prefix << (Memory.SCALE.bits() * (level + 1))).u8(TOP - level).copy(0);
    }
  }
}
