package org.ultravisor.node.inventory;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.mapping.PageRange;

/**
 * What a machine is made of. Frames are relative to the host's window.
 *
 * @param source where it was read, or that it is invented, in words for people
 * @param synthetic whether the memory's addresses are invented
 * @param memory in ascending order, not overlapping
 * @param processors in ascending order
 * @param devices in ascending order of their addresses
 * @param notes what was left out or assumed while reading, for people
 */
public record Inventory(
    String source,
    boolean synthetic,
    List<Memory> memory,
    List<Processor> processors,
    List<Device> devices,
    List<String> notes) {
  private static final long WINDOW_FRAMES = 1L << 40;

  public Inventory {
    memory = List.copyOf(memory);
    processors = List.copyOf(processors);
    devices = List.copyOf(devices);
    notes = List.copyOf(notes);
  }

  /** RAM of one cell and type. */
  public record Memory(PageRange range, int cell, MemoryType type) {
    public Memory {
      if (range.endFrame() > WINDOW_FRAMES) {
        throw new IllegalArgumentException(
            "memory %s passes the end of a host's window of 4 PiB".formatted(range));
      }
    }
  }

  /** A processor that is online. */
  public record Processor(int number, int cell) {}

  /**
   * A PCI device.
   *
   * @param address as sysfs writes it, {@code domain:bus:device.function}
   * @param deviceClass 24 bits
   * @param iommuGroup -1 where there is none
   */
  public record Device(String address, int deviceClass, int iommuGroup, int cell) {}

  /** Frames of memory in all. */
  public long pages() {
    return memory.stream().mapToLong(m -> m.range().frameCount()).sum();
  }

  /** The cells that have memory or processors, ascending. */
  public List<Integer> cells() {
    List<Integer> cells = new ArrayList<>();
    memory.forEach(m -> cells.add(m.cell()));
    processors.forEach(p -> cells.add(p.cell()));
    return cells.stream().distinct().sorted().toList();
  }

  /**
   * The operations that install all of it.
   *
   * @param window the host's window of frame numbers, 0 to 2^20 - 1
   * @param zeroed whether the host agent says that the memory is zero
   */
  public List<Operation> operations(int window, boolean zeroed) {
    long base = window * WINDOW_FRAMES;
    List<Operation> operations = new ArrayList<>();
    for (Memory m : memory) {
      PageRange range = new PageRange(base + m.range().firstFrame(), m.range().frameCount());
      operations.add(new Operation.AddMemory(range, m.cell(), m.type(), zeroed));
    }
    for (Processor p : processors) {
      operations.add(new Operation.AddProcessor(p.number(), p.cell()));
    }
    for (Device d : devices) {
      operations.add(
          new Operation.AddDevice(d.address(), d.deviceClass(), d.iommuGroup(), d.cell()));
    }
    return operations;
  }
}
