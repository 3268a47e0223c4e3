package org.ultravisor.node.inventory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ultravisor.ledger.core.MemoryType;

/**
 * Reads {@code /proc/iomem}: one line a resource, {@code first-last : name} in hexadecimal, two
 * spaces deeper than the resource that contains it. Memory that the kernel uses as RAM is named
 * {@code System RAM}, wherever it is attached; its containers say what it is made of.
 */
final class Iomem {
  private static final Pattern LINE =
      Pattern.compile("(\\s*)([0-9a-fA-F]{1,16})-([0-9a-fA-F]{1,16}) : (.*)");

  /** RAM of one type, in bytes. */
  record Ram(ByteRange bytes, MemoryType type) {}

  private record Resource(int indent, String name) {}

  private Iomem() {}

  /** All RAM, in the order of the lines. Throws {@link IllegalArgumentException} with the line. */
  static List<Ram> systemRam(List<String> lines) {
    List<Ram> found = new ArrayList<>();
    Deque<Resource> containers = new ArrayDeque<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank()) {
        continue;
      }
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "line %d is not 'first-last : name': '%s'".formatted(i + 1, line));
      }
      int indent = matcher.group(1).length();
      while (!containers.isEmpty() && containers.getLast().indent() >= indent) {
        containers.removeLast();
      }
      String name = matcher.group(4).strip();
      if (name.startsWith("System RAM")) {
        found.add(new Ram(bytes(matcher, i + 1), typeWithin(containers)));
      }
      containers.addLast(new Resource(indent, name));
    }
    return found;
  }

  /** The kernel shows zeros instead of addresses to those who may not see them. */
  static boolean isHidden(List<Ram> ram) {
    return !ram.isEmpty() && ram.stream().allMatch(r -> r.bytes().isZero());
  }

  private static ByteRange bytes(Matcher matcher, int line) {
    try {
      return new ByteRange(
          Long.parseUnsignedLong(matcher.group(2), 16),
          Long.parseUnsignedLong(matcher.group(3), 16));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("line %d: %s".formatted(line, e.getMessage()), e);
    }
  }

  private static MemoryType typeWithin(Deque<Resource> containers) {
    for (Resource container : containers) {
      if (container.name().startsWith("CXL Window")) {
        return MemoryType.CXL;
      }
      if (container.name().startsWith("Persistent Memory")) {
        return MemoryType.PMEM;
      }
    }
    return MemoryType.DRAM;
  }
}
