package org.ultravisor.node.inventory;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.mapping.PageRange;

/**
 * Reads a machine's inventory below a root directory, {@code /} for this machine. Memory comes from
 * {@code /proc/iomem} rounded inward to frames and cut at cells. Where the kernel hides addresses
 * (it shows them to root only), amounts are the real ones of each cell if those are told, and
 * addresses are invented; {@link Inventory#synthetic} and its notes say so.
 */
public final class InventoryReader {
  private static final String DEVICES = "sys/bus/pci/devices";
  private static final int FRAME_BITS = 12;

  /** Invented cells start at multiples of this: 4 GiB, so that all tiers up to G occur. */
  private static final long SYNTHETIC_ALIGNMENT = 1L << 20;

  private static final long SYNTHETIC_BYTES = 4L << 30;

  private final Sysfs sysfs;
  private final Path root;
  private final List<String> notes = new ArrayList<>();

  public InventoryReader(Path root) {
    this.root = root;
    this.sysfs = new Sysfs(root);
  }

  /**
   * Reads everything once.
   *
   * @throws IOException if a file that exists cannot be read
   * @throws IllegalArgumentException naming the file, if one has content that makes no sense
   */
  public Inventory read() throws IOException {
    CellReader cellReader = new CellReader(sysfs);
    Cells cells = cellReader.read();
    Optional<List<Iomem.Ram>> ram = systemRam();
    List<Inventory.Memory> memory =
        ram.isPresent() ? realMemory(ram.get(), cells) : syntheticMemory(cells);
    List<Inventory.Processor> processors =
        cellReader.online(cells).stream()
            .map(cpu -> new Inventory.Processor(cpu, cells.cellOfProcessor(cpu)))
            .toList();
    String source = ram.isPresent() ? root.resolve("proc/iomem").toString() : "invented addresses";
    return new Inventory(source, ram.isEmpty(), memory, processors, devices(cells), notes);
  }

  private Optional<List<Iomem.Ram>> systemRam() throws IOException {
    Path file = sysfs.path("proc/iomem");
    if (!Files.isRegularFile(file)) {
      notes.add(file + " does not exist: the addresses of the memory are invented");
      return Optional.empty();
    }
    List<Iomem.Ram> ram;
    try {
      ram = Iomem.systemRam(Files.readAllLines(file));
    } catch (AccessDeniedException e) {
      notes.add(file + " may not be read: the addresses of the memory are invented");
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
    if (ram.isEmpty() || Iomem.isHidden(ram)) {
      notes.add(
          "%s shows %s: the addresses of the memory are invented; run as root for the real ones"
              .formatted(file, ram.isEmpty() ? "no System RAM" : "zeros for addresses"));
      return Optional.empty();
    }
    return Optional.of(ram);
  }

  private List<Inventory.Memory> realMemory(List<Iomem.Ram> ram, Cells cells) {
    List<Inventory.Memory> memory = new ArrayList<>();
    for (Iomem.Ram part : ram) {
      MemoryType type = part.type();
      Optional<PageRange> frames = part.bytes().wholeFrames();
      if (frames.isEmpty()) {
        notes.add(
            "RAM of less than a frame was left out: %x-%x"
                .formatted(part.bytes().first(), part.bytes().last()));
      } else {
        cells.forEachPiece(
            frames.get(), (piece, cell) -> memory.add(new Inventory.Memory(piece, cell, type)));
      }
    }
    memory.sort(Comparator.comparing(Inventory.Memory::range));
    return memory;
  }

  private List<Inventory.Memory> syntheticMemory(Cells cells) {
    List<Map.Entry<Integer, Long>> amounts = new ArrayList<>(cells.cellsWithMemory());
    if (amounts.isEmpty()) {
      notes.add("no cell says how much memory it has: 4 GiB in cell 0 are invented");
      amounts.add(Map.entry(0, SYNTHETIC_BYTES));
    }
    List<Inventory.Memory> memory = new ArrayList<>();
    long start = 0;
    for (Map.Entry<Integer, Long> cell : amounts) {
      long frames = cell.getValue() >>> FRAME_BITS;
      if (frames > 0) {
        PageRange range = new PageRange(start, frames);
        memory.add(new Inventory.Memory(range, cell.getKey(), MemoryType.DRAM));
        start = (range.endFrame() + SYNTHETIC_ALIGNMENT - 1) & -SYNTHETIC_ALIGNMENT;
      }
    }
    return memory;
  }

  private List<Inventory.Device> devices(Cells cells) throws IOException {
    List<Inventory.Device> devices = new ArrayList<>();
    for (String address : sysfs.names(DEVICES)) {
      String folder = DEVICES + "/" + address;
      Optional<String> classText = sysfs.text(folder + "/class");
      if (classText.isEmpty()) {
        notes.add("PCI device without a class was left out: " + address);
        continue;
      }
      int node = number(folder + "/numa_node").orElse(-1);
      devices.add(
          new Inventory.Device(
              address.toLowerCase(Locale.ROOT),
              hexadecimal(folder + "/class", classText.get()),
              sysfs.linkedName(folder + "/iommu_group").map(Integer::parseInt).orElse(-1),
              node < 0 ? cells.defaultCell() : node));
    }
    return devices;
  }

  private Optional<Integer> number(String file) throws IOException {
    Optional<String> text = sysfs.text(file);
    try {
      return text.map(Integer::parseInt);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s is not a number: '%s'".formatted(sysfs.path(file), text.orElse("")), e);
    }
  }

  private int hexadecimal(String file, String text) {
    try {
      return Integer.decode(text) & 0xffffff;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s is not a number: '%s'".formatted(sysfs.path(file), text), e);
    }
  }
}
