package org.ultravisor.node.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;

/**
 * Writes what a monitor or a host agent would, by the numbers of {@code monitor-bridge/layout};
 * each call replaces the file, as a restarted process would.
 */
public final class FakeAnswers {
  private static final int MONITOR_BYTES = 4096;
  private static final int SCRUB_SLOTS = 4096;
  private static final int DEAD_SLOTS = 1024;
  private static final int AGENT_BYTES = 0x1000 + 8 * SCRUB_SLOTS + 16 * DEAD_SLOTS;

  private FakeAnswers() {}

  /**
   * A monitor's file.
   *
   * @param ended 0 while it works
   */
  public static void monitor(
      Path file,
      String partition,
      long nonce,
      long pid,
      long start,
      long incarnation,
      long acknowledged,
      long ended)
      throws IOException {
    ByteBuffer bytes = identity(MONITOR_BYTES, "ULTRVACK", nonce, pid, start, partition);
    bytes.putLong(0x100, acknowledged);
    bytes.putLong(0x108, incarnation);
    bytes.putLong(0x280, ended);
    replace(file, bytes);
  }

  /** A living host agent's file. */
  public static void agent(Path file, String host, long nonce, long incarnation, long[] scrubbed)
      throws IOException {
    long own = ProcessHandle.current().pid();
    ByteBuffer bytes = identity(AGENT_BYTES, "ULTRHACK", nonce, own, 0, host);
    bytes.putLong(0x108, incarnation);
    for (int i = 0; i < scrubbed.length; i++) {
      bytes.putLong(0x1000 + 8 * i, scrubbed[i]);
    }
    replace(file, bytes);
  }

  private static ByteBuffer identity(
      int size, String magic, long nonce, long pid, long start, String name) {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(0, magic.getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(0x008, 1);
    bytes.putLong(0x010, nonce);
    bytes.putLong(0x018, pid);
    bytes.putLong(0x020, start);
    bytes.put(0x030, name.getBytes(StandardCharsets.US_ASCII));
    bytes.putLong(0x078, size == AGENT_BYTES ? SCRUB_SLOTS : 0);
    bytes.putLong(0x080, size == AGENT_BYTES ? DEAD_SLOTS : 0);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, 0xf8);
    bytes.putInt(0xf8, (int) crc.getValue());
    return bytes;
  }

  private static void replace(Path file, ByteBuffer bytes) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".tmp");
    byte[] content = new byte[bytes.capacity()];
    bytes.get(0, content);
    Files.write(draft, content);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
