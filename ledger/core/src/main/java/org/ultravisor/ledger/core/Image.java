package org.ultravisor.ledger.core;

import java.util.List;
import org.ultravisor.ledger.core.table.LongMapView;
import org.ultravisor.mapping.MemoryMapSnapshot;
import org.ultravisor.mapping.OwnerMapSnapshot;

/** The state as it was at one sequence: unchanging rows of every table, and the memory. */
final class Image implements StateImage {
  private final long sequence;
  private final long ledgerTime;
  private final StateHash hash;
  private final OwnerMapSnapshot owner;
  private final LongMapView<MemoryMapSnapshot> maps;
  private final List<Table.Frozen<?>> tables;
  private final Queries.Views views;

  Image(State state) {
    sequence = state.sequence;
    ledgerTime = state.ledgerTime;
    hash = state.hash();
    owner = state.memory.owner().snapshot();
    maps = state.memory.freezeMaps();
    tables = state.tables().stream().<Table.Frozen<?>>map(Table::freeze).toList();
    views = state.frozenViews();
  }

  @Override
  public long sequence() {
    return sequence;
  }

  long ledgerTime() {
    return ledgerTime;
  }

  @Override
  public StateHash hash() {
    return hash;
  }

  OwnerMapSnapshot owner() {
    return owner;
  }

  LongMapView<MemoryMapSnapshot> maps() {
    return maps;
  }

  Queries.Views views() {
    return views;
  }

  @Override
  public void forEach(RecordVisitor visitor) {
    if (sequence > 0) {
      visitor.visit(Tables.CLOCK, ClockRecord.key(), new ClockRecord(sequence, ledgerTime).value());
    }
    for (Table.Frozen<?> table : tables) {
      if (table.number() == Tables.PARTITIONS) {
        OwnerRecords.forEach(owner, visitor);
      } else if (table.number() == Tables.REVOCATIONS) {
        MapRecords.forEach(maps, visitor);
      }
      table.forEach(visitor);
    }
  }

  @Override
  public void forEachChangedSince(StateImage older, RecordVisitor visitor) {
    if (!(older instanceof Image before)) {
      throw new IllegalArgumentException("an older image of the same ledger was expected");
    }
    if (sequence > before.sequence) {
      visitor.visit(Tables.CLOCK, ClockRecord.key(), new ClockRecord(sequence, ledgerTime).value());
    }
    for (int i = 0; i < tables.size(); i++) {
      Table.Frozen<?> table = tables.get(i);
      if (table.number() == Tables.PARTITIONS) {
        OwnerRecords.forEachChangedSince(before.owner, owner, visitor);
      } else if (table.number() == Tables.REVOCATIONS) {
        MapRecords.forEachChangedSince(before.maps, maps, visitor);
      }
      table.forEachChangedSince(before.tables.get(i), visitor);
    }
  }

  /** Memory maps' snapshots are shared with other images, so only the owner map's is let go. */
  @Override
  public void close() {
    owner.close();
  }
}
