package org.ultravisor.node.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.mapping.PageRange;

/** What is read from small trees of kernel files. */
class InventoryReaderTest {
  @TempDir Path root = Path.of("");
  private FakeMachine machine = new FakeMachine(root);

  @BeforeEach
  void startEmpty() {
    machine = new FakeMachine(root);
  }

  /** Two cells that meet inside one range of RAM; sub-page edges; CXL memory far away. */
  @Test
  void readsTwoCells() throws IOException {
    machine
        .file(
            "proc/iomem",
            """
            00000000-00000fff : Reserved
            00001000-0009fbff : System RAM
            00100000-1fffffff : System RAM
              01000000-02209987 : Kernel code
            4080000000-4097ffffff : CXL Window 0
              4080000000-4097ffffff : region0
                4080000000-4097ffffff : dax0.0
                  4080000000-4097ffffff : System RAM (kmem)
            """)
        .file("sys/devices/system/memory/block_size_bytes", "8000000\n")
        .file("sys/devices/system/node/node1/cpulist", "0-1\n")
        .directory("sys/devices/system/node/node1/memory0")
        .directory("sys/devices/system/node/node1/memory1")
        .file("sys/devices/system/node/node3/cpulist", "2,3\n")
        .directory("sys/devices/system/node/node3/memory2")
        .directory("sys/devices/system/node/node3/memory3")
        .directory("sys/devices/system/node/node4/memory2064")
        .directory("sys/devices/system/node/node4/memory2065")
        .directory("sys/devices/system/node/node4/memory2066")
        .file("sys/devices/system/node/node4/cpulist", "\n")
        .file("sys/devices/system/cpu/online", "0,2-3\n")
        .device("0000:00:1F.2", "0x010601", "3")
        .link("sys/bus/pci/devices/0000:00:1F.2/iommu_group", "../../../kernel/iommu_groups/17")
        .device("10000:e1:00.0", "0x010802", "-1");

    Inventory inventory = machine.read();

    assertFalse(inventory.synthetic());
    assertEquals(List.of(), inventory.notes());
    assertEquals(
        List.of(
            new Inventory.Memory(PageRange.between(0x1, 0x9f), 1, MemoryType.DRAM),
            new Inventory.Memory(PageRange.between(0x100, 0x10000), 1, MemoryType.DRAM),
            new Inventory.Memory(PageRange.between(0x10000, 0x20000), 3, MemoryType.DRAM),
            new Inventory.Memory(PageRange.between(0x4080000, 0x4098000), 4, MemoryType.CXL)),
        inventory.memory());
    assertEquals(
        List.of(
            new Inventory.Processor(0, 1),
            new Inventory.Processor(2, 3),
            new Inventory.Processor(3, 3)),
        inventory.processors());
    assertEquals(
        List.of(
            new Inventory.Device("0000:00:1f.2", 0x010601, 17, 3),
            new Inventory.Device("10000:e1:00.0", 0x010802, -1, 1)),
        inventory.devices());
    assertEquals(List.of(1, 3, 4), inventory.cells());
    assertEquals(0x9e + 0xff00 + 0x10000 + 0x18000, inventory.pages());
  }

  @Test
  void operationsInstallAllInTheHostsWindow() throws IOException {
    machine
        .file("proc/iomem", "00100000-001fffff : System RAM\n")
        .file("sys/devices/system/cpu/online", "0\n")
        .device("0000:00:01.0", "0x060000", "-1");
    assertEquals(
        List.of(
            new Operation.AddMemory(
                new PageRange((5L << 40) + 0x100, 0x100), 0, MemoryType.DRAM, true),
            new Operation.AddProcessor(0, 0),
            new Operation.AddDevice("0000:00:01.0", 0x060000, -1, 0)),
        machine.read().operations(5, true));
  }

  /** What a user who is not root sees: amounts are real, addresses invented, and it says so. */
  @Test
  void hiddenAddressesAreInventedAndReported() throws IOException {
    machine
        .file("proc/iomem", "00000000-00000000 : System RAM\n00000000-00000000 : System RAM\n")
        .file("sys/devices/system/node/node0/meminfo", "Node 0 MemTotal:       5000004 kB\n")
        .file("sys/devices/system/node/node0/cpumap", "00000001,00000005\n")
        .file("sys/devices/system/node/node2/meminfo", "Node 2 MemTotal:        8 kB\n");
    Inventory inventory = machine.read();
    assertTrue(inventory.synthetic());
    assertEquals(1, inventory.notes().size());
    assertTrue(inventory.notes().getFirst().contains("zeros for addresses"), inventory.toString());
    assertEquals(
        List.of(
            new Inventory.Memory(new PageRange(0, 1_250_001), 0, MemoryType.DRAM),
            new Inventory.Memory(new PageRange(2 << 20, 2), 2, MemoryType.DRAM)),
        inventory.memory());
    assertEquals(List.of(0, 2, 32), inventory.processors().stream().map(p -> p.number()).toList());
  }

  @Test
  void aMachineThatTellsNothingGetsSomeMemoryAndSaysSo() throws IOException {
    Inventory inventory = machine.read();
    assertTrue(inventory.synthetic());
    assertEquals(1 << 20, inventory.pages());
    assertEquals(2, inventory.notes().size());
  }

  @Test
  void ramOfLessThanAFrameIsLeftOutAndReported() throws IOException {
    machine.file(
        "proc/iomem",
        """
        00000800-00001ffe : System RAM
        00100000-00100fff : System RAM
        """);
    Inventory inventory = machine.read();
    assertEquals(1, inventory.pages());
    assertEquals(List.of("RAM of less than a frame was left out: 800-1ffe"), inventory.notes());
  }

  @Test
  void nonsenseIsRefusedWithFileAndLine() throws IOException {
    machine.file("proc/iomem", "00100000-001fffff : System RAM\nwhat is this\n");
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, machine::read);
    assertTrue(e.toString().contains("iomem: line 2 is not"), e.toString());
  }

  @Test
  void memoryBehindTheHostsWindowIsRefused() throws IOException {
    machine.file("proc/iomem", "fffffffffff000-100000000000fff : System RAM\n");
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, machine::read);
    assertTrue(e.toString().contains("window of 4 PiB"), e.toString());
  }
}
