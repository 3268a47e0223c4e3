package org.ultravisor.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Readers on other threads check snapshots while the writer goes on. */
class SnapshotIsolationTest {
  private static final int SNAPSHOTS = 150;
  private static final long INSTALLED = 1L << 22;

  @Test
  void readersSeeWhatTheSnapshotWasTakenOf() throws Exception {
    long seed = Seeds.seed();
    BlockingQueue<OwnerMapSnapshot> handed = new ArrayBlockingQueue<>(16);
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> readers =
          Stream.generate(() -> pool.submit(() -> readAll(handed))).limit(2).toList();
      write(new Random(seed), handed, readers);
      int read = 0;
      for (Future<Integer> reader : readers) {
        read += result(reader, seed);
      }
      assertEquals(SNAPSHOTS, read, "snapshots read");
    }
  }

  /** Pages move between descriptors; what is installed stays the same. */
  private static void write(
      Random random, BlockingQueue<OwnerMapSnapshot> handed, List<Future<Integer>> readers)
      throws InterruptedException {
    OwnerMap map = new OwnerMap(Scale.LEDGER);
    map.assign(new PageRange(0, INSTALLED), 4);
    map.findBlock(4, Tier.K, 0);
    for (int i = 0; i < SNAPSHOTS; i++) {
      for (int move = 0; move < 50; move++) {
        long first = random.nextLong(INSTALLED);
        long count = random.nextInt(4) == 0 ? random.nextInt(1, 5000) : 1;
        PageRange range = new PageRange(first, Math.min(count, INSTALLED - first));
        map.assign(range, random.nextBoolean() ? 4 : random.nextInt(5, 8));
      }
      hand(map.snapshot(), handed, readers);
    }
    for (int i = 0; i < readers.size(); i++) {
      OwnerMapSnapshot end = map.snapshot();
      end.close();
      hand(end, handed, readers);
    }
  }

  private static void hand(
      OwnerMapSnapshot snapshot,
      BlockingQueue<OwnerMapSnapshot> handed,
      List<Future<Integer>> readers)
      throws InterruptedException {
    while (!handed.offer(snapshot, 1, TimeUnit.SECONDS)) {
      assertFalse(readers.stream().allMatch(Future::isDone), "no reader is left");
    }
  }

  private static int result(Future<Integer> reader, long seed) throws InterruptedException {
    try {
      return reader.get();
    } catch (ExecutionException e) {
      throw new AssertionError(Seeds.repeat("SnapshotIsolationTest", seed, -1), e.getCause());
    }
  }

  /** Reads until a closed snapshot says that there are no more. */
  private static int readAll(BlockingQueue<OwnerMapSnapshot> handed) throws InterruptedException {
    int read = 0;
    while (true) {
      try (OwnerMapSnapshot snapshot = handed.take()) {
        if (!snapshot.isOpen()) {
          return read;
        }
        check(snapshot);
        read++;
      }
    }
  }

  private static void check(OwnerMapSnapshot snapshot) {
    long[] frames = new long[8];
    OwnerMap again = new OwnerMap(Scale.LEDGER);
    long[] firstFree = {-1};
    snapshot.forEachRun(
        new PageRange(0, INSTALLED),
        (first, count, descriptor) -> {
          frames[descriptor] += count;
          again.assign(new PageRange(first, count), descriptor);
          if (descriptor == 4 && firstFree[0] < 0) {
            firstFree[0] = first;
          }
        });
    assertEquals(INSTALLED, frames[4] + frames[5] + frames[6] + frames[7], "installed");
    for (int descriptor = 4; descriptor < frames.length; descriptor++) {
      assertEquals(frames[descriptor], snapshot.frames(descriptor), "frames of " + descriptor);
    }
    assertEquals(again.hashHigh(), snapshot.hashHigh(), "high hash");
    assertEquals(again.hashLow(), snapshot.hashLow(), "low hash");
    assertEquals(firstFree[0], snapshot.findBlock(4, Tier.K, 0), "first free page");
  }
}
