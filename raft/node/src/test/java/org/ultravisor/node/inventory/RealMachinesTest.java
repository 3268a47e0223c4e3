package org.ultravisor.node.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real machines' files, where the checkout has them beside it or {@code -Dultravisor.data} says
 * where; and the machine that runs the test.
 */
class RealMachinesTest {
  private static final Path DATA =
      Path.of(System.getProperty("ultravisor.data", "../../../shared/data"));

  @TempDir Path root = Path.of("");
  private FakeMachine machine = new FakeMachine(root);

  @BeforeEach
  void startEmpty() {
    machine = new FakeMachine(root);
  }

  @Test
  void thisMachine() throws IOException {
    Inventory inventory = new InventoryReader(Path.of("/")).read();
    assertTrue(inventory.pages() > 0, inventory.toString());
    assertFalse(inventory.processors().isEmpty());
    assertFalse(inventory.operations(0, true).isEmpty());
  }

  /** ACRN's boards carry a whole /proc/iomem: generic_board has RAM that ends inside a frame. */
  @Test
  void boardsOfAcrn() throws IOException {
    Path boards = present("partitions/acrn");
    for (String board : List.of("generic_board", "nuc11tnbi5", "qemu")) {
      String xml = Files.readString(boards.resolve(board).resolve(board + ".xml"));
      String iomem = between(xml, "<IOMEM_INFO>", "</IOMEM_INFO>").replaceAll("(?m)^ {8}", "");
      long bytes =
          Long.parseLong(
                  between(xml, "<TOTAL_MEM_INFO>", "</TOTAL_MEM_INFO>").replace("kB", "").strip())
              << 10;
      machine.file("proc/iomem", iomem);
      Inventory inventory = machine.read();
      assertFalse(inventory.synthetic(), board);
      long pages = inventory.pages();
      // The kernel keeps some for itself before it counts.
      assertTrue(pages << 12 >= bytes, board + " has " + pages + " pages, " + bytes + " bytes");
      assertTrue(pages << 12 < bytes + bytes / 4, board + " has " + pages + " pages");
    }
  }

  /** 64 cells of an Itanium host: amounts and processors of each as the kernel tells them. */
  @Test
  void sixtyFourCells() throws IOException, InterruptedException {
    unpack("hosts/hwloc-sysfs/256ia64-64n2s2c.tar.bz2");
    Inventory inventory = new InventoryReader(root.resolve("256ia64-64n2s2c")).read();
    TreeMap<Integer, Long> expected = new TreeMap<>();
    for (String line : Files.readAllLines(present("hosts/derived_numa_nodes.csv"))) {
      String[] fields = line.split(",", -1);
      if (fields[0].contains("256ia64")) {
        expected.put(Integer.parseInt(fields[1]), Long.parseLong(fields[2]));
      }
    }
    TreeMap<Integer, Long> found = new TreeMap<>();
    inventory.memory().forEach(m -> found.merge(m.cell(), m.range().frameCount() << 12, Long::sum));
    assertEquals(64, expected.size());
    assertEquals(expected, found);
    assertEquals(256, inventory.processors().size());
  }

  /** A hole of 1 GiB between memory blocks 23 and 32. */
  @Test
  void memoryBlocksWithAHole() throws IOException, InterruptedException {
    unpack("hosts/lsmem/x86_64-16g.tar.bz2");
    Cells cells = new CellReader(new Sysfs(root.resolve("x86_64-16g"))).read();
    assertEquals(1 << 15, cells.blockFrames());
    List<Long> missing = new ArrayList<>();
    for (long block = 0; block < cells.blocks().lastKey(); block++) {
      if (!cells.blocks().containsKey(block)) {
        missing.add(block);
      }
    }
    assertEquals(List.of(24L, 25L, 26L, 27L, 28L, 29L, 30L, 31L), missing);
  }

  private static Path present(String path) {
    Path file = DATA.resolve(path);
    boolean there = Files.exists(file);
    assumeTrue(
        there,
        "skipped: " + file.toAbsolutePath().normalize() + " is not there (-Dultravisor.data)");
    return file;
  }

  private void unpack(String archive) throws IOException, InterruptedException {
    Process tar =
        new ProcessBuilder("tar", "-xjf", present(archive).toAbsolutePath().toString())
            .directory(root.toFile())
            .inheritIO()
            .start();
    assertEquals(0, tar.waitFor(), "tar -xjf " + archive);
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }
}
