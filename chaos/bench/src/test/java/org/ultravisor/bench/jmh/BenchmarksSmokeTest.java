package org.ultravisor.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.Outcome;

/** Every benchmark that fits into a test's heap runs once, so that none rots between releases. */
class BenchmarksSmokeTest {

  @Test
  void ledgerCommits() {
    LedgerBenchmark benchmark = new LedgerBenchmark();
    LedgerBenchmark.Core core = new LedgerBenchmark.Core();
    core.install();
    Outcome many = benchmark.manyInATransaction(core);
    assertEquals(10_000, ((Outcome.Committed) many).events().size());
    assertEquals(many.sequence() + 1, benchmark.oneTransaction(core).sequence());
    assertEquals(many.sequence() + 10_001, benchmark.manyTransactionsInAnEntry(core));
    assertEquals(core.ledger.sequence(), benchmark.image(core));
  }

  @Test
  void hierarchyAndRangesAgree() {
    RandomAssignBenchmark benchmark = new RandomAssignBenchmark();
    RandomAssignBenchmark.Hierarchy hierarchy = new RandomAssignBenchmark.Hierarchy();
    RandomAssignBenchmark.Ranges ranges = new RandomAssignBenchmark.Ranges();
    hierarchy.install();
    for (int i = 0; i < 5000; i++) {
      long frame = benchmark.rangesAssign(ranges);
      assertEquals(frame, benchmark.hierarchyAssign(hierarchy));
      assertEquals(
          ranges.starts.floorEntry(frame).getValue(), hierarchy.owners.descriptorAt(frame));
    }
    assertTrue(benchmark.hierarchyAssignLookedAhead(hierarchy) >= 0);
  }

  @Test
  void bothSearchesFindTheSame() {
    BlockBenchmark benchmark = new BlockBenchmark();
    BlockBenchmark.Fragmented memory = new BlockBenchmark.Fragmented();
    memory.take();
    for (int from = 0; from < 4; from++) {
      memory.from = from;
      long found = benchmark.findPage(memory);
      memory.from = from;
      assertEquals(found, benchmark.bitmapFindPage(memory));
    }
    assertEquals(benchmark.findBlock(memory), benchmark.bitmapFindBlock(memory));
  }

  @Test
  void blocksGoAndComeBack() {
    BlockBenchmark.Installed large = new BlockBenchmark.Installed();
    large.install();
    new BlockBenchmark().assignAndRelease(large);
    BlockBenchmark.Small small = new BlockBenchmark.Small();
    small.install();
    new BlockBenchmark().assignAndReleaseInOneGibibyte(small);
    assertEquals(0, large.owners.frames(5) + small.owners.frames(5));
    MemoryMapBenchmark.Block block = new MemoryMapBenchmark.Block();
    block.choose();
    new MemoryMapBenchmark().mapAndUnmap(block);
    assertEquals(0, block.map.mappedFrames());
  }
}
