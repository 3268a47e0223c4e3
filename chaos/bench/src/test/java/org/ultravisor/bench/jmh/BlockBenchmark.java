package org.ultravisor.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.roaringbitmap.RoaringBitmap;
import org.ultravisor.mapping.OwnerMap;
import org.ultravisor.mapping.OwnerMapSnapshot;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Scale;
import org.ultravisor.mapping.Tier;

/**
 * One block of each tier: given away and taken back; found free where every second page of 16 GiB
 * is taken, beside a compressed bitmap of free pages; and snapshots.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx4g", "-XX:+UseSerialGC"})
public class BlockBenchmark {
  private static final int FREE = 4;
  private static final int FRAGMENTED = 1 << 22;

  /** 4 EiB installed, a block of the tier in it. */
  @State(Scope.Thread)
  public static class Installed {
    @Param({"K", "M", "G", "T", "P"})
    public Tier tier = Tier.K;

    final OwnerMap owners = new OwnerMap(Scale.LEDGER);
    PageRange block = new PageRange(0, 1);

    @Setup(Level.Trial)
    public void install() {
      owners.assign(new PageRange(0, Scale.LEDGER.frames(Tier.E)), FREE);
      owners.findBlock(FREE, Tier.K, 0);
      long frames = Scale.LEDGER.frames(tier);
      block = new PageRange(frames, frames);
    }
  }

  /** 1 GiB installed: a page must cost what it costs in 4 EiB. */
  @State(Scope.Thread)
  public static class Small {
    final OwnerMap owners = new OwnerMap(Scale.LEDGER);
    final PageRange page = new PageRange(1, 1);

    @Setup(Level.Trial)
    public void install() {
      owners.assign(new PageRange(0, 1L << 18), FREE);
      owners.findBlock(FREE, Tier.K, 0);
    }
  }

  /** Every second page of 16 GiB taken, but for one free block of 4 MiB at the end. */
  @State(Scope.Thread)
  public static class Fragmented {
    final OwnerMap owners = new OwnerMap(Scale.LEDGER);
    final RoaringBitmap free = new RoaringBitmap();
    int from;

    @Setup(Level.Trial)
    public void take() {
      owners.assign(new PageRange(0, FRAGMENTED), FREE);
      free.add(0L, FRAGMENTED);
      for (int frame = 0; frame < FRAGMENTED - 1024; frame += 2) {
        owners.assign(new PageRange(frame, 1), 5);
        free.remove(frame);
      }
      owners.findBlock(FREE, Tier.K, 0);
    }
  }

  @Benchmark
  public void assignAndRelease(Installed memory) {
    memory.owners.assign(memory.block, 5);
    memory.owners.assign(memory.block, FREE);
  }

  @Benchmark
  public void assignAndReleaseInOneGibibyte(Small memory) {
    memory.owners.assign(memory.page, 5);
    memory.owners.assign(memory.page, FREE);
  }

  @Benchmark
  public long snapshot(Installed memory) {
    try (OwnerMapSnapshot snapshot = memory.owners.snapshot()) {
      return snapshot.hashLow();
    }
  }

  @Benchmark
  public long findPage(Fragmented memory) {
    return memory.owners.findBlock(FREE, Tier.K, memory.from++ & 0xffff);
  }

  @Benchmark
  public long bitmapFindPage(Fragmented memory) {
    return memory.free.nextValue(memory.from++ & 0xffff);
  }

  @Benchmark
  public long findBlock(Fragmented memory) {
    return memory.owners.findBlock(FREE, Tier.M, memory.from++ & 0xffff);
  }

  /** A bitmap knows pages, not blocks: it has to look at every gap before the block. */
  @Benchmark
  public long bitmapFindBlock(Fragmented memory) {
    long from = memory.free.nextValue(memory.from++ & 0xffff);
    while (from >= 0) {
      long end = memory.free.nextAbsentValue((int) from);
      long first = (from + 1023) & -1024;
      if (end < 0 || end - first >= 1024) {
        return first;
      }
      from = memory.free.nextValue((int) end);
    }
    return -1;
  }
}
