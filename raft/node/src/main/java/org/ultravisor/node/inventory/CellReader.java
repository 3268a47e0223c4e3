package org.ultravisor.node.inventory;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the cells from {@code /sys/devices/system/node} and {@code .../memory}. */
final class CellReader {
  private static final String NODES = "sys/devices/system/node";
  private static final String MEMORY = "sys/devices/system/memory";
  private static final String CPUS = "sys/devices/system/cpu";
  private static final Pattern MEM_TOTAL = Pattern.compile("(?m)^.*MemTotal:\\s*([0-9]+) kB$");
  private static final int FRAME_BITS = 12;

  private final Sysfs sysfs;

  CellReader(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  Cells read() throws IOException {
    Cells cells = new Cells(blockFrames(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    for (long number : sysfs.numbered(NODES, "node")) {
      readNode(Math.toIntExact(number), cells);
    }
    if (cells.blocks().isEmpty()) {
      readBlocks(cells);
    }
    return cells;
  }

  /** The processors that are online, in all cells. */
  NavigableSet<Integer> online(Cells cells) throws IOException {
    Optional<String> list = sysfs.text(CPUS + "/online");
    if (list.isPresent()) {
      return CpuList.parseList(list.get());
    }
    NavigableSet<Integer> all = new TreeSet<>();
    cells.processors().values().forEach(all::addAll);
    return all;
  }

  private void readNode(int node, Cells cells) throws IOException {
    String folder = NODES + "/node" + node;
    Optional<String> list = sysfs.text(folder + "/cpulist");
    Optional<String> mask = sysfs.text(folder + "/cpumap");
    NavigableSet<Integer> processors =
        list.map(CpuList::parseList)
            .orElseGet(() -> mask.map(CpuList::parseMask).orElseGet(TreeSet::new));
    cells.processors().put(node, processors);
    Optional<String> meminfo = sysfs.text(folder + "/meminfo");
    if (meminfo.isPresent()) {
      Matcher total = MEM_TOTAL.matcher(meminfo.get());
      if (total.find()) {
        cells.bytes().put(node, Long.parseLong(total.group(1)) << 10);
      }
    }
    // A block in which two nodes meet has both; the lower one gets it.
    for (long block : sysfs.numbered(folder, "memory")) {
      cells.blocks().putIfAbsent(block, node);
    }
  }

  /** Where the nodes do not name their blocks, the blocks may name their nodes. */
  private void readBlocks(Cells cells) throws IOException {
    for (long block : sysfs.numbered(MEMORY, "memory")) {
      List<Long> nodes = sysfs.numbered(MEMORY + "/memory" + block, "node");
      if (!nodes.isEmpty()) {
        cells.blocks().put(block, Math.toIntExact(nodes.getFirst()));
      }
    }
  }

  private long blockFrames() throws IOException {
    Optional<String> bytes = sysfs.text(MEMORY + "/block_size_bytes");
    if (bytes.isEmpty()) {
      return 0;
    }
    try {
      return Long.parseUnsignedLong(bytes.get().toLowerCase(Locale.ROOT), 16) >>> FRAME_BITS;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s/block_size_bytes is not a hexadecimal number: '%s'".formatted(MEMORY, bytes.get()),
          e);
    }
  }
}
