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
import org.ultravisor.mapping.MemoryMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;
import org.ultravisor.mapping.Scale;
import org.ultravisor.mapping.Tier;

/**
 * One partition's memory map: a block of each tier mapped and unmapped, and where a scattered host
 * page is seen.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx4g", "-XX:+UseSerialGC"})
public class MemoryMapBenchmark {
  private static final long WINDOW = Scale.LEDGER.frames(Tier.P);
  private static final int SCATTERED = 1_000_000;

  /** An empty map and a block. */
  @State(Scope.Thread)
  public static class Block {
    @Param({"K", "M", "G", "T"})
    public Tier tier = Tier.K;

    final MemoryMap map = new MemoryMap(Scale.LEDGER);
    PageRange host = new PageRange(0, 1);

    @Setup(Level.Trial)
    public void choose() {
      long frames = Scale.LEDGER.frames(tier);
      host = new PageRange(WINDOW + frames, frames);
    }
  }

  /** A million host pages of 1 TiB, seen one behind the other. */
  @State(Scope.Thread)
  public static class Scattered {
    final MemoryMap map = new MemoryMap(Scale.LEDGER);
    final long[] hosts = new long[SCATTERED];
    int next;

    @Setup(Level.Trial)
    public void mapAll() {
      Frames frames = new Frames();
      for (int i = 0; i < SCATTERED; i++) {
        hosts[i] = WINDOW + frames.next();
        map.map(i, new PageRange(hosts[i], 1), Rights.READ_WRITE);
      }
    }
  }

  @Benchmark
  public void mapAndUnmap(Block block) {
    long frames = block.host.frameCount();
    block.map.map(3 * frames, block.host, Rights.READ_WRITE);
    block.map.unmap(3 * frames, frames);
  }

  @Benchmark
  public long guestFrameOf(Scattered memory) {
    return memory.map.guestFrameOf(memory.hosts[memory.next++ % SCATTERED]);
  }

  @Benchmark
  public long findGap(Scattered memory) {
    return memory.map.findGap(1, Tier.K);
  }
}
