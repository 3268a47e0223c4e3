package org.ultravisor.node.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.mapping.PageRange;

/** Memory maps of boot logs: holes, edges inside frames, cells out of order. */
class BootLogTest {
  private static final Path DATA =
      Path.of(System.getProperty("ultravisor.data", "../../../shared/data"));

  @TempDir Path directory = Path.of("");

  private Inventory read(String log) throws IOException {
    return new BootLog(Files.writeString(directory.resolve("boot.log"), log)).read();
  }

  private static Inventory.Memory memory(long first, long end, int cell, MemoryType type) {
    return new Inventory.Memory(PageRange.between(first, end), cell, type);
  }

  @Test
  void cellsOutOfOrderHolesAndEdgesInsideFrames() throws IOException {
    Inventory inventory =
        read(
            """
            [    0.000000] BIOS-provided physical RAM map:
            [    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
            [    0.000000] BIOS-e820: [mem 0x00000000000f0000-0x00000000000fffff] reserved
            [    0.000000] BIOS-e820: [mem 0x0000000000100000-0x00000000007fffff] usable
            [    0.000000] BIOS-e820: [mem 0x0000000000800010-0x00000000008007ff] usable
            [    0.000000] BIOS-e820: [mem 0x0000280000000000-0x0000280000ffffff] persistent (type 12)
            [    0.000000] ACPI: SRAT: Node 3 PXM 9 [mem 0x00000000-0x3fffff]
            [    0.000000] ACPI: SRAT: Node 1 PXM 4 [mem 0x400000-0x7fffff]
            """);
    assertEquals(
        List.of(
            memory(0, 0x9f, 3, MemoryType.DRAM),
            memory(0x100, 0x400, 3, MemoryType.DRAM),
            memory(0x400, 0x800, 1, MemoryType.DRAM),
            memory(0x2_8000_0000L, 0x2_8000_1000L, 1, MemoryType.PMEM)),
        inventory.memory());
    assertEquals(
        List.of("RAM of less than a frame was left out: 800010-8007ff"), inventory.notes());
  }

  /** The extended map replaces the firmware's, and its cuts inside frames are none of memory's. */
  @Test
  void rangesThatTouchAreJoined() throws IOException {
    Inventory inventory =
        read(
            """
            BIOS-e820: [mem 0x0000000000100000-0x00000000001fffff] usable
            reserve setup_data: [mem 0x0000000000100000-0x0000000000140017] usable
            reserve setup_data: [mem 0x0000000000140018-0x0000000000146657] usable
            reserve setup_data: [mem 0x0000000000146658-0x00000000001effff] usable
            """);
    assertEquals(List.of(memory(0x100, 0x1f0, 0, MemoryType.DRAM)), inventory.memory());
  }

  @Test
  void memoryThatMayComeLaterIsNotInstalled() throws IOException {
    Inventory inventory =
        read(
            """
            ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x7fffffff]
            ACPI: SRAT: Node 0 PXM 0 [mem 0x100000000-0x1ffffffff] hotplug
            ACPI: SRAT: Node 1 PXM 1 [mem 0x200000000-0x2ffffffff] non-volatile
            """);
    assertEquals(
        List.of(
            memory(0, 0x80000, 0, MemoryType.DRAM), memory(0x200000, 0x300000, 1, MemoryType.PMEM)),
        inventory.memory());
    assertEquals(1, inventory.notes().size());
  }

  @Test
  void nonsenseIsNamedWithFileAndLine() {
    String overlap =
        """
        BIOS-e820: [mem 0x0000000000000000-0x00000000001fffff] usable
        BIOS-e820: [mem 0x0000000000100000-0x00000000002fffff] usable
        """;
    assertTrue(error(overlap).contains("ranges overlap"), error(overlap));
    String backwards = "x\nBIOS-e820: [mem 0x0000000000002000-0x0000000000001fff] usable\n";
    assertTrue(error(backwards).contains("boot.log: line 2: range ends before"), error(backwards));
    assertTrue(error("nothing here").contains("has no memory"), error("nothing here"));
  }

  private String error(String log) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> read(log)).getMessage());
  }

  /** Five real hosts: what is usable, as whole frames, in as many cells as the log tells of. */
  @ParameterizedTest
  @CsvSource({
    "amd-epyc-8node-1t.dmesg, 8, 1099409467392",
    "amd-volcano-2s-768g.dmesg, 1, 824363499520",
    "asus-esc8000g4-2s-256g.dmesg, 2, 274459739136",
    "hpe-bl460c-gen10-32g.dmesg, 1, 33991909376",
    "supermicro-x11qph-4s-1t.srat, 4, 1099511627776",
  })
  void realHosts(String log, int cells, long usableBytes) throws IOException {
    Path file = DATA.resolve("hosts/memmaps").resolve(log);
    assumeTrue(Files.exists(file), "skipped: no " + file + " (-Dultravisor.data)");
    Inventory inventory = new BootLog(file).read();
    assertEquals(cells, inventory.cells().size());
    long lost = usableBytes - (inventory.pages() << 12);
    assertTrue(lost >= 0 && lost < 64 << 12, lost + " bytes lost at edges inside frames");
    InstalledWhole.check(inventory);
  }
}
