package org.ultravisor.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ultravisor.mapping.MemoryMap;
import org.ultravisor.mapping.MemoryMapSnapshot;
import org.ultravisor.mapping.OwnerMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Scale;
import org.ultravisor.mapping.Tier;

/**
 * Shapes that memory takes, and what the maps of a million ranges of them cost on the heap: the
 * owner map with its search data, and beside it the memory maps (guest to host and host to guest)
 * of those who have the ranges.
 */
final class MemoryShapes {
  static final int RANGES = 1_000_000;

  private static final Scale SCALE = Scale.LEDGER;
  private static final long BLOCK = SCALE.frames(Tier.M);
  private static final long WINDOW = SCALE.frames(Tier.P);
  private static final int FREE = 4;
  private static final int PARTITIONS = 1000;

  /** Who has a range and sees it where. */
  record Held(long firstFrame, long frames, int partition, long guestFrame) {}

  /** A shape: what is installed, and who has what of it. */
  record Shape(String name, List<PageRange> installed, List<Held> ranges) {

    long frames() {
      return ranges.stream().mapToLong(Held::frames).sum();
    }
  }

  /** Bytes of the owner map with search data, and of all memory maps. */
  record Cost(long ownerBytes, long mapBytes) {}

  private MemoryShapes() {}

  /** Every range is one whole block of 4 MiB. */
  static Shape whole() {
    List<Held> ranges = new ArrayList<>(RANGES);
    for (int i = 0; i < RANGES; i++) {
      ranges.add(new Held(i * BLOCK, BLOCK, i % PARTITIONS, i / PARTITIONS * BLOCK));
    }
    return new Shape("whole", List.of(new PageRange(0, RANGES * BLOCK)), ranges);
  }

  /** Half of the ranges are whole blocks, the other half single pages, 512 in a block. */
  static Shape half() {
    List<Held> ranges = new ArrayList<>(RANGES);
    long frame = 0;
    while (ranges.size() < RANGES) {
      int partition = (int) (frame / BLOCK) % PARTITIONS;
      for (int i = 0; i < 512; i++, frame += BLOCK) {
        ranges.add(new Held(frame, BLOCK, partition, frame));
        partition = (partition + 1) % PARTITIONS;
      }
      for (int i = 0; i < 512; i++) {
        long single = frame + 2L * i;
        ranges.add(new Held(single, 1, partition, single));
      }
      frame += BLOCK;
    }
    return new Shape("half", List.of(new PageRange(0, frame)), ranges);
  }

  /** Every page belongs to another partition than its neighbours. */
  static Shape separate() {
    List<Held> ranges = new ArrayList<>(RANGES);
    for (int i = 0; i < RANGES; i++) {
      ranges.add(new Held(i, 1, i % PARTITIONS, i / PARTITIONS));
    }
    return new Shape("separate", List.of(new PageRange(0, RANGES)), ranges);
  }

  /** Single pages anywhere in 1 TiB, each seen where the next page of its partition is seen. */
  static Shape scattered() {
    Random random = new Random(1);
    long[] frames = random.longs(0, 1L << 28).distinct().limit(RANGES).toArray();
    List<Held> ranges = new ArrayList<>(RANGES);
    for (int i = 0; i < RANGES; i++) {
      ranges.add(new Held(frames[i], 1, i % PARTITIONS, i / PARTITIONS));
    }
    return new Shape("scattered", List.of(new PageRange(0, 1L << 28)), ranges);
  }

  /** What a trace leaves on its hosts, host after host, each in a window of its own. */
  static Shape traced(VmTrace trace) {
    List<List<HostRanges.Placed>> hosts = new ArrayList<>();
    for (int host = 0; host < VmTrace.HOSTS; host++) {
      hosts.add(HostRanges.of(trace, host));
    }
    List<PageRange> installed = new ArrayList<>();
    List<Held> ranges = new ArrayList<>(RANGES);
    int partitions = 0;
    for (int window = 0; ranges.size() < RANGES; window++) {
      long base = window * WINDOW;
      installed.add(new PageRange(base, HostRanges.HOST_FRAMES));
      Map<Integer, Integer> partitionOf = new HashMap<>();
      for (HostRanges.Placed placed : hosts.get(window % hosts.size())) {
        Integer partition = partitionOf.get(placed.machine());
        if (partition == null) {
          partition = partitions++;
          partitionOf.put(placed.machine(), partition);
        }
        ranges.add(
            new Held(
                base + placed.range().firstFrame(),
                placed.range().frameCount(),
                partition,
                placed.guestFrame()));
      }
    }
    return new Shape("trace", installed, ranges);
  }

  /** Builds the maps and weighs them, as they count themselves: objects and arrays on the heap. */
  static Cost cost(Shape shape) {
    OwnerMap owners = new OwnerMap(SCALE);
    shape.installed.forEach(range -> owners.assign(range, FREE));
    owners.findBlock(FREE, Tier.K, 0);
    Map<Integer, MemoryMap> maps = new HashMap<>();
    for (Held held : shape.ranges) {
      PageRange range = new PageRange(held.firstFrame, held.frames);
      owners.assign(range, 2 * held.partition + 5);
      maps.computeIfAbsent(held.partition, any -> new MemoryMap(SCALE))
          .map(held.guestFrame, range, Rights.ALL);
    }
    long mapBytes = 0;
    for (MemoryMap map : maps.values()) {
      try (MemoryMapSnapshot snapshot = map.snapshot()) { // counts only the search data there is
        mapBytes += snapshot.memoryBytes();
      }
    }
    return new Cost(owners.memoryBytes(), mapBytes);
  }
}
