package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

  private static final int RIGHTS_BITS = 3;
  private static final MemoryMapView NOTHING = new MemoryMap(SCALE).snapshot();

  private final HashSum sum;
  private final Journal journal;
  private final ChangedPartitions changed;
  private final OwnerMap owner = new OwnerMap(SCALE);
  private final Map<Integer, PartitionMap> maps = new HashMap<>();

  /** The map that was last asked for: mostly the next one too. */
  private @Nullable PartitionMap recent;

  /** The maps as of the last {@link #freezeMaps}, and those that changed since. */
  private final LongMap<MemoryMapSnapshot> frozen = new LongMap<>();

  private final List<PartitionMap> unfrozen = new ArrayList<>();

  /** Maps whose part of the state's hash is out of date. */
  private final List<PartitionMap> unhashed = new ArrayList<>();

  private final RecordWriter scratch = new RecordWriter();

  /** Pages are given back to whom they were taken from: first frame, frames, descriptor. */
  private final Journal.Writer assigned =
      (old, first, frames, descriptor, d) -> assign(new PageRange(first, frames), (int) descriptor);

  /** Partition, guest frame, first host frame, frames. */
  private final Journal.Writer mapped =
      (old, partition, guest, host, frames) ->
          unmap((int) partition, guest, new PageRange(host, frames));

  /** The same, with the guest frame shifted up by the bits of the rights. */
  private final Journal.Writer unmapped =
      (old, partition, guestAndRights, host, frames) ->
          map(
              (int) partition,
              guestAndRights >>> RIGHTS_BITS,
              new PageRange(host, frames),
              new Rights((int) guestAndRights & ((1 << RIGHTS_BITS) - 1)));

  private record MapHash(long high, long low) {}

  /** A partition's map with what is known of it elsewhere. */
  private static final class PartitionMap {
    final int partition;
    final MemoryMap map = new MemoryMap(SCALE);

    /** What it adds to the state's hash, as of when that was last settled. */
    @Nullable MapHash hashed;

    boolean isUnhashed;
    boolean isUnfrozen;

    PartitionMap(int partition) {
      this.partition = partition;
    }
  }

  Memory(HashSum sum, Journal journal, ChangedPartitions changed) {
    this.sum = sum;
    this.journal = journal;
    this.changed = changed;
  }

  /** What two ranges that overlap have in common. */
  static PageRange common(PageRange a, PageRange b) {
    return PageRange.between(
        Math.max(a.firstFrame(), b.firstFrame()), Math.min(a.endFrame(), b.endFrame()));
  }

  /** The live owner map, for reading. */
  OwnerMap owner() {
    return owner;
  }

  /** The partition's live memory map, for reading. */
  MemoryMapView mapOf(int partition) {
    PartitionMap found = find(partition);
    return found == null ? NOTHING : found.map;
  }

  private @Nullable PartitionMap find(int partition) {
    PartitionMap last = recent;
    if (last != null && last.partition == partition) {
      return last;
    }
    PartitionMap found = maps.get(partition);
    if (found != null) {
      recent = found;
    }
    return found;
  }

  private PartitionMap findOrCreate(int partition) {
    PartitionMap found = find(partition);
    return found != null ? found : maps.computeIfAbsent(partition, PartitionMap::new);
  }

  /** The partitions that have a memory map. */
  Set<Integer> partitions() {
    return maps.keySet();
  }

  /**
   * Reads what assigning these host frames to the partition will read, or releasing them; changes
   * nothing.
   *
   * @param guestFrames where the partition sees them; a negative one is left out
   */
  void prefetch(int partition, long[] hostFrames, long[] guestFrames, int count) {
    owner.prefetch(hostFrames, count);
    PartitionMap map = find(partition);
    if (map != null) {
      map.map.prefetch(hostFrames, guestFrames, count);
    }
  }

  void assign(PageRange range, int descriptor) {
    if (journal.isOpen()) {
      int old = owner.descriptorAt(range.firstFrame());
      if (range.frameCount() == 1 || owner.isWhole(range, old)) {
        journal.add(assigned, null, range.firstFrame(), range.frameCount(), old, 0);
      } else {
        owner.forEachRun(
            range, (first, count, was) -> journal.add(assigned, null, first, count, was, 0));
      }
    }
    changed.noteDescriptor(owner.descriptorAt(range.firstFrame()));
    changed.noteDescriptor(descriptor);
    owner.assign(range, descriptor);
  }

  /** Gives pages another descriptor; all of them must have the first. */
  void assign(PageRange range, int from, int to) {
    requireWhole(range, from);
    move(range, from, to);
  }

  private void move(PageRange range, int from, int to) {
    changed.noteDescriptor(from);
    changed.noteDescriptor(to);
    if (journal.isOpen()) {
      journal.add(assigned, null, range.firstFrame(), range.frameCount(), from, 0);
    }
    owner.assign(range, to);
  }

  /** Takes pages that all must be available, of whichever cells, for the descriptor. */
  void take(PageRange range, int to) {
    int first = owner.descriptorAt(range.firstFrame());
    if (Descriptors.isAvailable(first)
        && (range.frameCount() == 1 || owner.isWhole(range, first))) {
      move(range, first, to);
      return;
    }
    List<PageRange> runs = new ArrayList<>();
    owner.forEachRun(
        range,
        (firstFrame, count, descriptor) -> {
          Invariant.check(
              Descriptors.isAvailable(descriptor),
              "frame %d is taken as available but its descriptor is %d",
              firstFrame,
              descriptor);
          runs.add(new PageRange(firstFrame, count));
        });
    runs.forEach(run -> move(run, owner.descriptorAt(run.firstFrame()), to));
  }

  /** Checks that every page of the range has the descriptor. */
  void requireWhole(PageRange range, int descriptor) {
    Invariant.check(
        isWhole(range, descriptor),
        "the %d pages from frame %d on should have the descriptor %d and do not all",
        range.frameCount(),
        range.firstFrame(),
        descriptor);
  }

  private boolean isWhole(PageRange range, int descriptor) {
    return range.frameCount() == 1
        ? owner.descriptorAt(range.firstFrame()) == descriptor
        : owner.isWhole(range, descriptor);
  }

  void map(int partition, long guestFrame, PageRange host, Rights rights) {
    PartitionMap held = findOrCreate(partition);
    Invariant.check(
        held.map.isFree(guestFrame, host.frameCount()),
        "partition %d sees other pages at guest frame %d",
        partition,
        guestFrame);
    held.map.map(guestFrame, host, rights);
    changed(held);
    if (journal.isOpen()) {
      journal.add(mapped, null, partition, guestFrame, host.firstFrame(), host.frameCount());
    }
  }

  /** Takes the host range, seen at the guest frame, out of the partition's map. */
  void unmap(int partition, long guestFrame, PageRange host) {
    PartitionMap held = find(partition);
    long seenAt = held == null ? -1 : held.map.guestFrameOf(host.firstFrame());
    if (held == null || seenAt != guestFrame) {
      throw new InvariantViolation(
          "partition %d sees frame %d at guest frame %d, not %d"
              .formatted(partition, host.firstFrame(), seenAt, guestFrame));
    }
    if (journal.isOpen()) {
      held.map.forEachRun(
          guestFrame,
          host.frameCount(),
          (guest, first, count, rights) ->
              journal.add(
                  unmapped, null, partition, guest << RIGHTS_BITS | rights.bits(), first, count));
    }
    long before = held.map.mappedFrames();
    held.map.unmap(guestFrame, host.frameCount());
    Invariant.check(
        before - held.map.mappedFrames() == host.frameCount(),
        "partition %d does not see all of the %d pages taken from its guest frame %d on",
        partition,
        host.frameCount(),
        guestFrame);
    changed(held);
  }

  /** Gives other rights to pages that the partition sees. */
  void protect(int partition, long guestFrame, PageRange host, Rights rights) {
    unmap(partition, guestFrame, host);
    map(partition, guestFrame, host, rights);
  }

  /** Maps what an index page of a restored map says. */
  void load(int partition, int level, long prefix, long[] slots) {
    PartitionMap held = findOrCreate(partition);
    held.map.load(level, prefix, slots);
    changed(held);
  }

  private void changed(PartitionMap held) {
    changed.note(held.partition);
    if (!held.isUnfrozen) {
      held.isUnfrozen = true;
      unfrozen.add(held);
    }
    if (!held.isUnhashed) {
      held.isUnhashed = true;
      unhashed.add(held);
    }
  }

  /** Forgets the empty map of a partition that is gone; its number never comes back. */
  void drop(int partition) {
    PartitionMap held = find(partition);
    if (held != null) {
      Invariant.check(
          held.map.mappedFrames() == 0,
          "partition %d is gone but sees %d pages",
          partition,
          held.map.mappedFrames());
      maps.remove(partition);
      recent = null;
      changed(held);
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
    for (PartitionMap held : unhashed) {
      MapHash old = held.hashed;
      if (old != null) {
        sum.subtract(Tables.MEMORY_MAPS, record(held.partition, old), Table.KEY_LENGTH);
        held.hashed = null;
      }
      if (held.map.mappedFrames() != 0) {
        MapHash now = new MapHash(held.map.hashHigh(), held.map.hashLow());
        sum.add(Tables.MEMORY_MAPS, record(held.partition, now), Table.KEY_LENGTH);
        held.hashed = now;
      }
      held.isUnhashed = false;
    }
    unhashed.clear();
  }

  private RecordWriter record(int partition, MapHash hash) {
    return scratch.clear().i64(partition).i64(hash.high()).i64(hash.low());
  }

  /**
   * All memory maps as they are now, unchanging; costs by the maps that changed since last time.
   */
  LongMapView<MemoryMapSnapshot> freezeMaps() {
    for (PartitionMap held : unfrozen) {
      frozen.put(held.partition, held.map.mappedFrames() == 0 ? null : held.map.snapshot());
      held.isUnfrozen = false;
    }
    unfrozen.clear();
    return frozen.snapshot();
  }
}
