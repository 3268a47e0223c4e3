package org.ultravisor.node.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.mapping.PageRange;

/**
 * Reads a machine's memory from a Linux boot log ({@code dmesg}), so that a host can be described
 * before anything of ours runs on it. RAM is what the firmware's map calls usable or persistent:
 * the extended map where there is one, because it replaces the first; of a log that has only the
 * cells' ranges, those that are not for memory to be plugged in later. Ranges that touch are joined
 * before their edges are rounded inward to frames: the kernel cuts them wherever it puts something.
 */
public final class BootLog {
  private static final String RANGE = "\\[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\\]";
  private static final Pattern FIRMWARE = Pattern.compile("BIOS-e820: " + RANGE + " (.*)");
  private static final Pattern EXTENDED = Pattern.compile("reserve setup_data: " + RANGE + " (.*)");
  private static final Pattern CELL =
      Pattern.compile("ACPI: SRAT: Node ([0-9]{1,4}) PXM [0-9]+ " + RANGE + "(.*)");
  private static final int FRAME_BITS = 12;

  private final Path file;
  private final List<String> notes = new ArrayList<>();
  private final List<Iomem.Ram> firmware = new ArrayList<>();
  private final List<Iomem.Ram> extended = new ArrayList<>();
  private final NavigableMap<Long, CellRange> cells = new TreeMap<>();

  private record CellRange(ByteRange bytes, int cell, MemoryType type, boolean later) {}

  public BootLog(Path file) {
    this.file = file;
  }

  /**
   * Reads the log once. Processors and devices are not in it.
   *
   * @throws IllegalArgumentException naming file and line, if a range makes no sense, or if the log
   *     has no memory at all
   */
  public Inventory read() throws IOException {
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      try {
        parse(line);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s: line %d: %s".formatted(file, number, e.getMessage()), e);
      }
    }
    List<Inventory.Memory> memory = new ArrayList<>();
    for (Iomem.Ram ram : joined(chosen())) {
      addWholeFrames(ram, memory);
    }
    if (memory.isEmpty()) {
      throw new IllegalArgumentException(
          file + " has no memory: expected lines 'BIOS-e820: [mem 0x...-0x...] usable'");
    }
    return new Inventory(file.toString(), false, memory, List.of(), List.of(), notes);
  }

  private void parse(String line) {
    Matcher map = FIRMWARE.matcher(line);
    Matcher replaced = EXTENDED.matcher(line);
    Matcher cell = CELL.matcher(line);
    if (map.find()) {
      addRam(map, firmware);
    } else if (replaced.find()) {
      addRam(replaced, extended);
    } else if (cell.find()) {
      ByteRange bytes = bytes(cell.group(2), cell.group(3));
      String flags = cell.group(4);
      MemoryType type = flags.contains("non-volatile") ? MemoryType.PMEM : MemoryType.DRAM;
      boolean later = flags.contains("hotplug");
      cells.put(bytes.first(), new CellRange(bytes, Integer.parseInt(cell.group(1)), type, later));
    }
  }

  private static void addRam(Matcher line, List<Iomem.Ram> ram) {
    String kind = line.group(3);
    if (kind.startsWith("usable")) {
      ram.add(new Iomem.Ram(bytes(line.group(1), line.group(2)), MemoryType.DRAM));
    } else if (kind.startsWith("persistent")) {
      ram.add(new Iomem.Ram(bytes(line.group(1), line.group(2)), MemoryType.PMEM));
    }
  }

  private static ByteRange bytes(String first, String last) {
    return new ByteRange(Long.parseUnsignedLong(first, 16), Long.parseUnsignedLong(last, 16));
  }

  private List<Iomem.Ram> chosen() {
    if (!extended.isEmpty()) {
      return extended;
    }
    if (!firmware.isEmpty()) {
      return firmware;
    }
    List<Iomem.Ram> installed = new ArrayList<>();
    for (CellRange range : cells.values()) {
      if (range.later()) {
        notes.add(
            "memory that may be plugged in later was left out: %x-%x of cell %d"
                .formatted(range.bytes().first(), range.bytes().last(), range.cell()));
      } else {
        installed.add(new Iomem.Ram(range.bytes(), range.type()));
      }
    }
    return installed;
  }

  private static List<Iomem.Ram> joined(List<Iomem.Ram> ranges) {
    List<Iomem.Ram> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparing(ram -> ram.bytes().first(), Long::compareUnsigned));
    List<Iomem.Ram> joined = new ArrayList<>();
    for (Iomem.Ram next : sorted) {
      Iomem.Ram last = joined.isEmpty() ? null : joined.getLast();
      if (last != null && Long.compareUnsigned(next.bytes().first(), last.bytes().last()) <= 0) {
        throw new IllegalArgumentException(
            "ranges overlap: %x-%x and %x-%x"
                .formatted(
                    last.bytes().first(),
                    last.bytes().last(),
                    next.bytes().first(),
                    next.bytes().last()));
      }
      if (last != null
          && last.type() == next.type()
          && last.bytes().last() + 1 == next.bytes().first()) {
        joined.removeLast();
        joined.add(
            new Iomem.Ram(new ByteRange(last.bytes().first(), next.bytes().last()), last.type()));
      } else {
        joined.add(next);
      }
    }
    return joined;
  }

  private void addWholeFrames(Iomem.Ram ram, List<Inventory.Memory> memory) {
    if (ram.bytes().wholeFrames().isEmpty()) {
      notes.add(
          "RAM of less than a frame was left out: %x-%x"
              .formatted(ram.bytes().first(), ram.bytes().last()));
      return;
    }
    PageRange frames = ram.bytes().wholeFrames().get();
    long start = frames.firstFrame();
    while (start < frames.endFrame()) {
      long end = Math.min(frames.endFrame(), nextCellAfter(start));
      CellRange cell = cellAt(start);
      memory.add(
          new Inventory.Memory(
              PageRange.between(start, end),
              cell == null ? 0 : cell.cell(),
              cell == null || ram.type() == MemoryType.PMEM ? ram.type() : cell.type()));
      start = end;
    }
  }

  /**
   * The first frame that begins in the range of another cell: what two share is the lower one's.
   */
  private long nextCellAfter(long frame) {
    CellRange here = cellAt(frame);
    Map.Entry<Long, CellRange> next = cells.higherEntry(frame << FRAME_BITS);
    while (next != null
        && here != null
        && next.getValue().cell() == here.cell()
        && next.getValue().type() == here.type()) {
      next = cells.higherEntry(next.getKey());
    }
    return next == null ? Long.MAX_VALUE : (next.getKey() + (1L << FRAME_BITS) - 1) >>> FRAME_BITS;
  }

  private @Nullable CellRange cellAt(long frame) {
    Map.Entry<Long, CellRange> found = cells.floorEntry(frame << FRAME_BITS);
    return found == null ? null : found.getValue();
  }
}
