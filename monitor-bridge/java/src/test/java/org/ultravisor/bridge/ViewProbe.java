package org.ultravisor.bridge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a view in the simplest way, for tests: one thread, nobody writes meanwhile. It shares no
 * code with the writer but the offsets.
 */
final class ViewProbe implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory;

  ViewProbe(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  long word(long offset) {
    return Words.getAcquire(memory, offset);
  }

  long version() {
    return word(ViewLayout.HEAD) >>> 26;
  }

  int level() {
    return (int) (word(ViewLayout.HEAD) >>> 23 & 7);
  }

  /** Word i of the commit record of the current version. */
  long commit(int i) {
    return word(ViewLayout.COMMIT_RING + version() % 1024 * 128 + 8L * i);
  }

  /** The leaf entry of one guest page, as if it were of level 0; 0 if absent. */
  long entry(long guestFrame) {
    long head = word(ViewLayout.HEAD);
    int level = level();
    long node = head & 0x7fffff;
    if (guestFrame >>> (10 * (level + 1)) != 0) {
      return 0;
    }
    while (true) {
      long entry =
          word(ViewLayout.NODE_AREA + 8192 * node + 8 * (guestFrame >>> (10 * level) & 1023));
      switch ((int) (entry & 3)) {
        case 1 -> node = entry >>> 13 & 0x7fffff;
        case 3 -> {
          return entry + ((guestFrame & ((1L << (10 * level)) - 1)) << 12);
        }
        default -> {
          return 0;
        }
      }
      level--;
    }
  }

  /** The host frame of a guest page, -1 if absent. */
  long frame(long guestFrame) {
    long entry = entry(guestFrame);
    return entry == 0 ? -1 : entry >>> 12;
  }

  /** Nodes that the published tree has. */
  long nodes() {
    return nodes(word(ViewLayout.HEAD) & 0x7fffff, level());
  }

  private long nodes(long node, int level) {
    long count = 1;
    for (int slot = 0; level > 0 && slot < 1024; slot++) {
      long entry = word(ViewLayout.NODE_AREA + 8192 * node + 8L * slot);
      if ((entry & 3) == 1) {
        count += nodes(entry >>> 13 & 0x7fffff, level - 1);
      }
    }
    return count;
  }

  @Override
  public void close() {
    arena.close();
  }
}
