package org.ultravisor.node.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import org.ultravisor.mapping.PageRange;

/**
 * The NUMA cells of a machine: which memory blocks and which processors are near each other. On a
 * machine that tells of no cells all is in cell 0.
 *
 * @param blockFrames frames in one memory block of the kernel's; 0 if it has no blocks
 * @param blocks memory block number → cell
 * @param processors cell → its processors, offline ones not included
 * @param bytes cell → bytes of memory that the kernel says it has there, where it says so
 */
record Cells(
    long blockFrames,
    NavigableMap<Long, Integer> blocks,
    SortedMap<Integer, NavigableSet<Integer>> processors,
    SortedMap<Integer, Long> bytes) {

  /** The cell of what is in no block that we know: the first cell, or 0. */
  int defaultCell() {
    return processors.isEmpty() ? 0 : processors.firstKey();
  }

  /** Cuts a range where the cell changes and tells each piece with its cell, ascending. */
  void forEachPiece(PageRange range, ObjIntConsumer<PageRange> visitor) {
    if (blockFrames == 0 || blocks.isEmpty()) {
      visitor.accept(range, defaultCell());
      return;
    }
    long start = range.firstFrame();
    int cell = cellOf(start / blockFrames);
    for (long block = start / blockFrames + 1; block * blockFrames < range.endFrame(); block++) {
      int next = cellOf(block);
      if (next != cell) {
        visitor.accept(PageRange.between(start, block * blockFrames), cell);
        start = block * blockFrames;
        cell = next;
      }
    }
    visitor.accept(PageRange.between(start, range.endFrame()), cell);
  }

  int cellOfProcessor(int processor) {
    for (Map.Entry<Integer, NavigableSet<Integer>> cell : processors.entrySet()) {
      if (cell.getValue().contains(processor)) {
        return cell.getKey();
      }
    }
    return defaultCell();
  }

  /** All cells that have memory, with their bytes, in ascending order. */
  List<Map.Entry<Integer, Long>> cellsWithMemory() {
    List<Map.Entry<Integer, Long>> with = new ArrayList<>();
    bytes.forEach(
        (cell, amount) -> {
          if (amount > 0) {
            with.add(Map.entry(cell, amount));
          }
        });
    return with;
  }

  static Cells none() {
    return new Cells(0, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
  }

  private int cellOf(long block) {
    Integer cell = blocks.get(block);
    return cell == null ? defaultCell() : cell;
  }
}
