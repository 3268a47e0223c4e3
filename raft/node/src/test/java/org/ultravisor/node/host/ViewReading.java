package org.ultravisor.node.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.ultravisor.mapping.MemoryMapView;

/**
 * A view as its file says, read by the numbers of {@code monitor-bridge/layout/view.md} while
 * nobody writes.
 *
 * @param pages guest frame → host frame in the window, shifted left by 3, with the rights' bits
 */
record ViewReading(
    long generation,
    long state,
    long sequence,
    long partitionState,
    long nonce,
    long incarnation,
    long floor,
    Map<Long, Long> pages) {

  static ViewReading of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes =
          channel
              .map(FileChannel.MapMode.READ_ONLY, 0, Math.min(channel.size(), 1L << 30))
              .order(ByteOrder.LITTLE_ENDIAN);
      long head = bytes.getLong(0x1000);
      int commit = 0x10000 + (int) ((head >>> 26) % 1024) * 128;
      Map<Long, Long> pages = new TreeMap<>();
      collect(bytes, (int) (head & 0x7fffff), (int) (head >>> 23 & 7), 0, pages);
      return new ViewReading(
          bytes.getLong(0x10),
          bytes.getLong(0x1200),
          bytes.getLong(0x1108),
          bytes.getLong(commit + 0x28),
          bytes.getLong(commit + 0x30),
          bytes.getLong(commit + 0x38),
          bytes.getLong(commit + 0x40),
          pages);
    }
  }

  /** A memory map in the form of {@link #pages}; of frames in window 0. */
  static Map<Long, Long> pagesOf(MemoryMapView map) {
    Map<Long, Long> pages = new TreeMap<>();
    map.forEachRun(
        (guestFrame, hostFrame, count, rights) -> {
          for (long i = 0; i < count; i++) {
            pages.put(guestFrame + i, (hostFrame + i) << 3 | rights.bits());
          }
        });
    return pages;
  }

  private static void collect(
      ByteBuffer bytes, int node, int level, long base, Map<Long, Long> pages) {
    for (int slot = 0; slot < 1024; slot++) {
      long entry = bytes.getLong(0x200000 + 8192 * node + 8 * slot);
      long guest = base + ((long) slot << (10 * level));
      if ((entry & 3) == 1) {
        collect(bytes, (int) (entry >>> 13 & 0x7fffff), level - 1, guest, pages);
      } else if ((entry & 3) == 3) {
        for (long i = 0; i < 1L << (10 * level); i++) {
          pages.put(guest + i, ((entry >>> 12) + i) << 3 | (entry >>> 2 & 7));
        }
      }
    }
  }
}
