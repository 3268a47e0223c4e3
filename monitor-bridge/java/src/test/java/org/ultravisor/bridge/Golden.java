package org.ultravisor.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Golden bytes as text, as in {@code monitor-bridge/layout/golden/README.md}. */
final class Golden {
  private static final Path FOLDER = Path.of("..", "layout", "golden");

  private Golden() {}

  /** Makes a file from a golden text. */
  static void restore(String name, Path path) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(0);
    for (String line : Files.readAllLines(FOLDER.resolve(name))) {
      if (line.startsWith("size ")) {
        bytes = ByteBuffer.allocate(Integer.parseInt(line.substring(5)));
        bytes.order(ByteOrder.LITTLE_ENDIAN);
      } else if (line.startsWith("0x")) {
        String[] parts = line.split(" ", -1);
        int offset = Integer.parseInt(parts[0].substring(2), 16);
        bytes.putLong(offset, Long.parseUnsignedLong(parts[1], 16));
      }
    }
    Files.write(path, bytes.array());
  }

  /**
   * Requires a file's bytes to be the golden ones; with -Dultravisor.golden=write they become so.
   */
  static void check(String name, Path path) throws IOException {
    List<String> found = text(path);
    if ("write".equals(System.getProperty("ultravisor.golden"))) {
      Files.write(FOLDER.resolve(name), found);
    }
    List<String> expected = Files.readAllLines(FOLDER.resolve(name));
    assertEquals(
        String.join("\n", expected), String.join("\n", found), name + " says something else");
  }

  private static List<String> text(Path path) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    List<String> lines = new ArrayList<>();
    lines.add("# Written by the Java side; see README.md.");
    lines.add("size " + bytes.capacity());
    for (int offset = 0; offset < bytes.capacity(); offset += 8) {
      if (bytes.getLong(offset) != 0) {
        lines.add("0x%06x %016x".formatted(offset, bytes.getLong(offset)));
      }
    }
    return lines;
  }
}
