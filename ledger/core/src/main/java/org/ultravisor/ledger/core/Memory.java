package org.ultravisor.ledger.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.ultravisor.ledger.core.table.HashSum;
import org.ultravisor.ledger.core.table.LongMap;
import org.ultravisor.ledger.core.table.LongMapView;
import org.ultravisor.ledger.core.table.RecordWriter;
import org.ultravisor.mapping.MappingVisitor;
import org.ultravisor.mapping.MemoryMap;
import org.ultravisor.mapping.MemoryMapSnapshot;
import org.ultravisor.mapping.MemoryMapView;
import org.ultravisor.mapping.OwnerMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Scale;
import org.ultravisor.mapping.Tier;

/**
 * Who has each page, and where each partition sees its own. The owner map brings its own hash; a
 * partition's memory map counts in the state's hash as one record of its own hash, so that two
 * partitions cannot have changed maps unnoticed.
 */
final class Memory {
  static final Scale SCALE = Scale.LEDGER;

  private static final MemoryMapView NOTHING = new MemoryMap(SCALE).snapshot();

  private final HashSum sum;
  private final Journal journal;
  private final OwnerMap owner = new OwnerMap(SCALE);
  private final Map<Integer, MemoryMap> maps = new HashMap<>();

  /** The maps as of the last {@link #freezeMaps}, and the partitions whose maps changed since. */
  private final LongMap<MemoryMapSnapshot> frozen = new LongMap<>();

  private final Set<Integer> changedSinceFrozen = new HashSet<>();

  /** What each map adds to the hash, and the partitions for which that is out of date. */
  private final Map<Integer, MapHash> hashed = new HashMap<>();

  private final Set<Integer> changedSinceHashed = new HashSet<>();
  private final RecordWriter scratch = new RecordWriter();

  private record MapHash(long high, long low) {}

  Memory(HashSum sum, Journal journal) {
    this.sum = sum;
    this.journal = journal;
  }

  /** The live owner map, for reading. */
  OwnerMap owner() {
    return owner;
  }

  /** The partition's live memory map, for reading. */
  MemoryMapView mapOf(int partition) {
    MemoryMap map = maps.get(partition);
    return map == null ? NOTHING : map;
  }

  /** The partitions that have a memory map. */
  Set<Integer> partitions() {
    return maps.keySet();
  }

  void assign(PageRange range, int descriptor) {
    if (journal.isOpen()) {
      owner.forEachRun(
          range,
          (first, count, old) -> journal.add(() -> assign(new PageRange(first, count), old)));
    }
    owner.assign(range, descriptor);
  }

  void map(int partition, long guestFrame, PageRange host, Rights rights) {
    MemoryMap map = maps.computeIfAbsent(partition, any -> new MemoryMap(SCALE));
    Invariant.check(
        map.isFree(guestFrame, host.frameCount()),
        "partition %d sees other pages at guest frame %d",
        partition,
        guestFrame);
    map.map(guestFrame, host, rights);
    changed(partition);
    if (journal.isOpen()) {
      journal.add(() -> unmap(partition, guestFrame, host));
    }
  }

  /** Takes the host range, seen at the guest frame, out of the partition's map. */
  void unmap(int partition, long guestFrame, PageRange host) {
    MemoryMap map = maps.get(partition);
    long seenAt = map == null ? -1 : map.guestFrameOf(host.firstFrame());
    if (map == null || seenAt != guestFrame) {
      throw new InvariantViolation(
          "partition %d sees frame %d at guest frame %d, not %d"
              .formatted(partition, host.firstFrame(), seenAt, guestFrame));
    }
    if (journal.isOpen()) {
      map.forEachRun(
          guestFrame,
          host.frameCount(),
          (guest, first, count, rights) ->
              journal.add(() -> map(partition, guest, new PageRange(first, count), rights)));
    }
    map.unmap(guestFrame, host.frameCount());
    changed(partition);
  }

  /** Maps what an index page of a restored map says. */
  void load(int partition, int level, long prefix, long[] slots) {
    maps.computeIfAbsent(partition, any -> new MemoryMap(SCALE)).load(level, prefix, slots);
    changed(partition);
  }

  private void changed(int partition) {
    changedSinceFrozen.add(partition);
    changedSinceHashed.add(partition);
  }

  /** Forgets the empty map of a partition that is gone; its number never comes back. */
  void drop(int partition) {
    MemoryMap map = maps.get(partition);
    if (map != null) {
      Invariant.check(
          map.mappedFrames() == 0,
          "partition %d is gone but sees %d pages",
          partition,
          map.mappedFrames());
      maps.remove(partition);
      changed(partition);
    }
  }

  /** Visits what the partition sees of a host range, by host address. */
  void forEachMappingOf(int partition, PageRange host, MappingVisitor visitor) {
    mapOf(partition).forEachGuestRunOf(host, visitor);
  }

  /** Visits all that the partition sees, by guest address. */
  void forEachMapping(int partition, MappingVisitor visitor) {
    mapOf(partition).forEachRun(visitor);
  }

  boolean isFree(int partition, long guestFrame, long count) {
    return mapOf(partition).isFree(guestFrame, count);
  }

  /**
   * The first guest frame from {@code from} on, aligned to the tier, at which the partition sees
   * nothing for {@code count} frames; -1 if there is none.
   */
  long findGap(int partition, long count, Tier alignment, long from) {
    return count > Shape.GUEST_FRAME_LIMIT || from >= Shape.GUEST_FRAME_LIMIT
        ? -1
        : mapOf(partition).findGap(count, alignment, from);
  }

  /**
   * How many frames from this one on have the descriptor, up to {@code most}. Doubles and halves,
   * so that what lies behind the run is not looked at.
   */
  long runFrom(long firstFrame, long most, int descriptor) {
    long limit = Math.min(most, PageRange.FRAME_LIMIT - firstFrame);
    long whole = 0;
    long step = 1;
    while (whole < limit && has(firstFrame + whole, Math.min(step, limit - whole), descriptor)) {
      whole += Math.min(step, limit - whole);
      step *= 2;
    }
    for (long half = step / 2; half > 0 && whole < limit; half /= 2) {
      if (half <= limit - whole && has(firstFrame + whole, half, descriptor)) {
        whole += half;
      }
    }
    return whole;
  }

  private boolean has(long firstFrame, long count, int descriptor) {
    return owner.isWhole(new PageRange(firstFrame, count), descriptor);
  }

  /** Brings the state's hash up to date with the memory maps. */
  void settleHash() {
    for (int partition : changedSinceHashed) {
      MapHash old = hashed.get(partition);
      if (old != null) {
        sum.subtract(Tables.MEMORY_MAPS, record(partition, old), Table.KEY_LENGTH);
      }
      MemoryMapView map = mapOf(partition);
      if (map.mappedFrames() == 0) {
        hashed.remove(partition);
      } else {
        MapHash now = new MapHash(map.hashHigh(), map.hashLow());
        sum.add(Tables.MEMORY_MAPS, record(partition, now), Table.KEY_LENGTH);
        hashed.put(partition, now);
      }
    }
    changedSinceHashed.clear();
  }

  private RecordWriter record(int partition, MapHash hash) {
    return scratch.clear().i64(partition).i64(hash.high()).i64(hash.low());
  }

  /**
   * All memory maps as they are now, unchanging; costs by the maps that changed since last time.
   */
  LongMapView<MemoryMapSnapshot> freezeMaps() {
    for (int partition : changedSinceFrozen) {
      MemoryMap map = maps.get(partition);
      frozen.put(partition, map == null || map.mappedFrames() == 0 ? null : map.snapshot());
    }
    changedSinceFrozen.clear();
    return frozen.snapshot();
  }
}
