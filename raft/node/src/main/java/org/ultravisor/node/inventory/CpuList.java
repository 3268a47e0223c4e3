package org.ultravisor.node.inventory;

import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The kernel's two ways of writing a set of processors: lists (0-3,8) and masks (00ff,ffffffff).
 */
final class CpuList {
  private static final int MOST = 1 << 20;

  private CpuList() {}

  /** Parses {@code 0-3,8,10-11}; blank is the empty set. */
  static NavigableSet<Integer> parseList(String text) {
    NavigableSet<Integer> set = new TreeSet<>();
    for (String part : text.strip().split(",", -1)) {
      if (part.isBlank()) {
        continue;
      }
      int dash = part.indexOf('-');
      int first = number(dash < 0 ? part : part.substring(0, dash), text);
      int last = dash < 0 ? first : number(part.substring(dash + 1), text);
      for (int cpu = first; cpu <= last; cpu++) {
        set.add(cpu);
      }
    }
    return set;
  }

  /** Parses comma-separated words of 32 bits in hexadecimal, the highest first. */
  static NavigableSet<Integer> parseMask(String text) {
    NavigableSet<Integer> set = new TreeSet<>();
    String[] words = text.strip().split(",", -1);
    for (int w = 0; w < words.length; w++) {
      int base = (words.length - 1 - w) * 32;
      long bits = words[w].isBlank() ? 0 : word(words[w].strip(), text);
      for (int bit = 0; bit < 32; bit++) {
        if ((bits >>> bit & 1) != 0) {
          set.add(base + bit);
        }
      }
    }
    return set;
  }

  private static int number(String digits, String all) {
    try {
      int value = Integer.parseInt(digits.strip());
      if (value >= 0 && value < MOST) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a list of processors: '" + all.strip() + "'", e);
    }
    throw new IllegalArgumentException("processor is not in 0..%d: %s".formatted(MOST - 1, digits));
  }

  private static long word(String digits, String all) {
    try {
      return Integer.parseUnsignedInt(digits, 16) & 0xffffffffL;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a mask of processors: '" + all.strip() + "'", e);
    }
  }
}
