package org.ultravisor.mapping;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Figures of this module alone, one thread's processor time, by hand (not a test):
 *
 * <pre>
 *   mvn -q test-compile -pl mapping
 *   java -Xmx6g -cp mapping/target/classes:mapping/target/test-classes \
 *       org.ultravisor.mapping.Measurement [CASE...]
 * </pre>
 */
final class Measurement {
  private static final Scale SCALE = Scale.LEDGER;
  private static final int FREE = 4;
  private static final long TIB = 1L << 28;
  private static final long WINDOW = 1L << 40;

  private Measurement() {}

  private static final Map<String, Runnable> CASES =
      new TreeMap<>(
          Map.of(
              "blocks", () -> blocksOfEveryTier(1L << 50),
              "small", () -> blocksOfEveryTier(1L << 18),
              "random", () -> randomPages(false),
              "searched", () -> randomPages(true),
              "scattered", Measurement::scatteredPages,
              "separate", Measurement::separatePages,
              "snapshots", Measurement::snapshots,
              "search", Measurement::fragmentedSearch,
              "map", Measurement::memoryMap));

  private interface Work {
    void run(int operations);
  }

  public static void main(String[] arguments) {
    List<String> chosen = List.of(arguments);
    for (int round = 1; round <= 3; round++) {
      System.out.println("round " + round);
      CASES.forEach(
          (name, work) -> {
            if (chosen.isEmpty() || chosen.contains(name)) {
              work.run();
            }
          });
    }
  }

  /** Processor time of this thread: steadier than the clock where others work too. */
  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void say(String what, double value, String unit) {
    System.out.println("  %-66s %10.1f %s".formatted(what, value, unit));
  }

  private static void time(String what, int operations, Work work) {
    work.run(operations / 4);
    long start = cpu();
    work.run(operations);
    say(what, (double) (cpu() - start) / operations, "ns");
  }

  private static PageRange range(long first, long count) {
    return new PageRange(first, count);
  }

  /** Assign and release one block, of which all before it in its page is taken. */
  private static void blocksOfEveryTier(long installed) {
    OwnerMap map = new OwnerMap(SCALE);
    map.assign(range(0, installed), FREE);
    map.findBlock(FREE, Tier.K, 0);
    for (Tier tier : Tier.values()) {
      long size = SCALE.frames(tier);
      if (4 * size > installed) {
        break;
      }
      PageRange first = range(0, size);
      PageRange block = range(size, size);
      String where =
          "tier %s of 2^%d frames".formatted(tier, 63 - Long.numberOfLeadingZeros(installed));
      time(
          "assign + release, alone, " + where,
          300_000,
          n -> {
            for (int i = 0; i < n; i++) {
              map.assign(block, 5);
              map.assign(block, FREE);
            }
          });
      map.assign(first, 7);
      time(
          "assign + release, beside another, " + where,
          300_000,
          n -> {
            for (int i = 0; i < n; i++) {
              map.assign(block, 5);
              map.assign(block, FREE);
            }
          });
      time(
          "find + whole? + assign + release, beside another, " + where,
          300_000,
          n -> {
            for (int i = 0; i < n; i++) {
              long at = map.findBlock(FREE, tier, 0);
              PageRange found = range(at, size);
              if (!map.isWhole(found, FREE)) {
                throw new IllegalStateException("not free: " + found);
              }
              map.assign(found, 5);
              map.assign(found, FREE);
            }
          });
      map.assign(first, FREE);
    }
  }

  private static void randomPages(boolean searched) {
    OwnerMap map = new OwnerMap(SCALE);
    map.assign(range(0, TIB), FREE);
    if (searched) {
      map.findBlock(FREE, Tier.K, 0);
    }
    String how = searched ? ", search data kept" : "";
    for (int pass = 0; pass < 4; pass++) {
      Random random = new Random(pass);
      int count = 5_000_000;
      long start = cpu();
      for (int i = 0; i < count; i++) {
        long frame = random.nextLong() >>> 36;
        map.assign(range(frame, 1), 5 + 2 * (i & 7));
      }
      say(
          "random 4 KiB assign over 1 TiB, to %d M%s".formatted(5 * pass + 5, how),
          (double) (cpu() - start) / count,
          "ns");
    }
    Random random = new Random(9);
    long[] sum = {0};
    time(
        "random owner lookup",
        5_000_000,
        n -> {
          for (int i = 0; i < n; i++) {
            sum[0] += map.descriptorAt(random.nextLong() >>> 36);
          }
        });
  }

  private static void scatteredPages() {
    OwnerMap map = new OwnerMap(SCALE);
    map.assign(range(0, TIB), FREE);
    map.findBlock(FREE, Tier.K, 0);
    Random random = new Random(1);
    int count = 1_000_000;
    for (int i = 0; i < count; i++) {
      map.assign(range(random.nextLong() >>> 36, 1), 5 + 2 * (i & 1023));
    }
    say("1 M single pages over 1 TiB, a page", (double) map.memoryBytes() / count, "bytes");
  }

  private static void separatePages() {
    OwnerMap map = new OwnerMap(SCALE);
    long pages = 1L << 22;
    map.assign(range(0, pages), FREE);
    map.findBlock(FREE, Tier.K, 0);
    for (long page = 0; page < pages; page++) {
      map.assign(range(page, 1), 5 + 2 * (int) (page & 1));
    }
    say("every page separate, a page", (double) map.memoryBytes() / pages, "bytes");
    for (long page = 0; page < pages; page += 2) {
      map.assign(range(page, 1), FREE);
    }
    say("every second page free and searched, a page", (double) map.memoryBytes() / pages, "bytes");
  }

  private static void snapshots() {
    OwnerMap map = new OwnerMap(SCALE);
    map.assign(range(0, TIB), FREE);
    map.findBlock(FREE, Tier.K, 0);
    Random random = new Random(2);
    for (int i = 0; i < 2_000_000; i++) {
      map.assign(range(random.nextLong() >>> 36, 1), 5);
    }
    long[] seen = {0};
    time(
        "snapshot + close",
        1_000_000,
        n -> {
          for (int i = 0; i < n; i++) {
            try (OwnerMapSnapshot snapshot = map.snapshot()) {
              seen[0] += snapshot.hashLow();
            }
          }
        });
    time(
        "snapshot + close + one random 4 KiB assign",
        200_000,
        n -> {
          for (int i = 0; i < n; i++) {
            map.snapshot().close();
            map.assign(range(random.nextLong() >>> 36, 1), 5 + (i & 1) * 2);
          }
        });
  }

  /** Every second page of 64 GiB taken, and one free 4 MiB block at the end. */
  private static void fragmentedSearch() {
    OwnerMap map = new OwnerMap(SCALE);
    long pages = 1L << 24;
    map.assign(range(0, pages), FREE);
    for (long page = 0; page < pages - 1024; page += 2) {
      map.assign(range(page, 1), 5);
    }
    map.findBlock(FREE, Tier.K, 0);
    long[] sum = {0};
    for (Tier tier : new Tier[] {Tier.K, Tier.M, Tier.G}) {
      time(
          "find a block of tier %s, every second page taken".formatted(tier),
          300_000,
          n -> {
            for (int i = 0; i < n; i++) {
              sum[0] += map.findBlock(FREE, tier, i & 4095);
            }
          });
    }
  }

  private static void memoryMap() {
    MemoryMap map = new MemoryMap(SCALE);
    for (Tier tier : new Tier[] {Tier.K, Tier.M, Tier.G}) {
      long size = SCALE.frames(tier);
      PageRange host = range(WINDOW + size, size);
      time(
          "map + unmap a block of tier %s".formatted(tier),
          500_000,
          n -> {
            for (int i = 0; i < n; i++) {
              map.map(3 * size, host, Rights.READ_WRITE);
              map.unmap(3 * size, size);
            }
          });
    }
    Random random = new Random(3);
    int[] scattered = random.ints(0, 1 << 28).distinct().limit(1_000_000).toArray();
    long start = cpu();
    for (int i = 0; i < scattered.length; i++) {
      map.map(i, range(WINDOW + scattered[i], 1), Rights.READ_WRITE);
    }
    say(
        "map 1 M scattered host pages in guest order, a page",
        (double) (cpu() - start) / scattered.length,
        "ns");
    time(
        "find a gap behind 1 M scattered pages",
        500,
        n -> {
          for (int i = 0; i < n; i++) {
            map.findGap(1, Tier.K);
          }
        });
  }
}
