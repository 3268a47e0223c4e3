package org.ultravisor.bench.jmh;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.ultravisor.mapping.OwnerMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Scale;

/**
 * Giving single pages of 1 TiB, in random order, to owners, and asking who has one: the hierarchy
 * (which also keeps its hash and its sums), one number a page in a flat array, a tree of ranges.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 3, time = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms10g", "-Xmx10g", "-Xmn3g", "-XX:+UseSerialGC"})
public class RandomAssignBenchmark {
  private static final int FREE = 4;
  private static final int AHEAD = 32;

  /** So many pages are assigned before anybody asks who has them. */
  private static final int ASSIGNED = 1 << 22;

  /** Memory by page hierarchy. */
  @State(Scope.Thread)
  public static class Hierarchy {
    final OwnerMap owners = new OwnerMap(Scale.LEDGER);
    final Frames frames = new Frames();
    final long[] ahead = new long[AHEAD];
    int next = AHEAD;

    @Setup(Level.Trial)
    public void install() {
      owners.assign(new PageRange(0, Frames.COUNT), FREE);
    }

    long nextAhead() {
      if (next == AHEAD) {
        for (int i = 0; i < AHEAD; i++) {
          ahead[i] = frames.next();
        }
        owners.prefetch(ahead, AHEAD);
        next = 0;
      }
      return ahead[next++];
    }
  }

  /** Memory by an array of owners. */
  @State(Scope.Thread)
  public static class Flat {
    final int[] owners = new int[Frames.COUNT];
    final Frames frames = new Frames();
  }

  /** Memory by a tree of ranges: where one begins, and whose it is. */
  @State(Scope.Thread)
  public static class Ranges {
    final TreeMap<Long, Integer> starts = new TreeMap<>(Map.of(0L, FREE));
    final Frames frames = new Frames();

    /** Cuts the page out of its range; neighbours of one owner stay apart. */
    void assign(long frame, int owner) {
      Map.Entry<Long, Integer> held = starts.floorEntry(frame);
      starts.put(frame, owner);
      if (held != null) {
        starts.putIfAbsent(frame + 1, held.getValue());
      }
    }
  }

  /** Pages that are assigned, again and again in the order in which they were. */
  private static int assigned(Frames frames) {
    return frames.nextOf(ASSIGNED);
  }

  /** Memory by page hierarchy, much of it assigned. */
  @State(Scope.Thread)
  public static class FilledHierarchy extends Hierarchy {
    @Override
    @Setup(Level.Trial)
    public void install() {
      super.install();
      RandomAssignBenchmark benchmark = new RandomAssignBenchmark();
      for (int i = 0; i < ASSIGNED; i++) {
        benchmark.hierarchyAssign(this);
      }
    }
  }

  /** The same by an array. */
  @State(Scope.Thread)
  public static class FilledFlat extends Flat {
    @Setup(Level.Trial)
    public void fill() {
      RandomAssignBenchmark benchmark = new RandomAssignBenchmark();
      for (int i = 0; i < ASSIGNED; i++) {
        benchmark.flatAssign(this);
      }
    }
  }

  /** The same by a tree of ranges. */
  @State(Scope.Thread)
  public static class FilledRanges extends Ranges {
    @Setup(Level.Trial)
    public void fill() {
      RandomAssignBenchmark benchmark = new RandomAssignBenchmark();
      for (int i = 0; i < ASSIGNED; i++) {
        benchmark.rangesAssign(this);
      }
    }
  }

  @Benchmark
  public long hierarchyAssign(Hierarchy memory) {
    long frame = memory.frames.next();
    memory.owners.assign(new PageRange(frame, 1), 5 + 2 * (int) (frame & 7));
    return frame;
  }

  @Benchmark
  public long hierarchyAssignLookedAhead(Hierarchy memory) {
    long frame = memory.nextAhead();
    memory.owners.assign(new PageRange(frame, 1), 5 + 2 * (int) (frame & 7));
    return frame;
  }

  @Benchmark
  public int hierarchyOwner(FilledHierarchy memory) {
    return memory.owners.descriptorAt(assigned(memory.frames));
  }

  @Benchmark
  public int flatAssign(Flat memory) {
    int frame = memory.frames.next();
    memory.owners[frame] = 5 + 2 * (frame & 7);
    return frame;
  }

  @Benchmark
  public int flatOwner(FilledFlat memory) {
    return memory.owners[assigned(memory.frames)];
  }

  @Benchmark
  public long rangesAssign(Ranges memory) {
    long frame = memory.frames.next();
    memory.assign(frame, 5 + 2 * (int) (frame & 7));
    return frame;
  }

  @Benchmark
  public int rangesOwner(FilledRanges memory) {
    return memory.starts.floorEntry((long) assigned(memory.frames)).getValue();
  }
}
