package org.ultravisor.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.bridge.LayoutException.Reason;

/**
 * An acknowledgement file is believed only if it is a good one, and followed when it is replaced.
 */
class AckReaderTest {
  @TempDir Path root;
  private Path path;
  private byte[] good;
  private AckReader reader;

  @BeforeEach
  void restore() throws IOException {
    HostDirectory directory = new HostDirectory(root).create();
    path = directory.monitorAck("guest-1");
    Golden.restore("ack-1.words", path);
    good = Files.readAllBytes(path);
    reader = new AckReader(directory, "guest-1");
  }

  private Reason refused(byte[] bytes) throws IOException {
    Path other = path.resolveSibling("other");
    Files.write(other, bytes);
    Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
    LayoutException refusal = assertThrows(LayoutException.class, () -> reader.poll());
    assertTrue(String.valueOf(refusal.getMessage()).contains(path.toString()));
    return refusal.reason();
  }

  private byte[] changed(int offset, int value) {
    byte[] bytes = good.clone();
    bytes[offset] = (byte) value;
    return bytes;
  }

  @Test
  void everyBadFileHasItsReason() throws IOException {
    assertEquals(Reason.FOREIGN, refused(changed(0, 'X')));
    assertEquals(Reason.VERSION, refused(changed(8, 2)));
    assertEquals(Reason.CORRUPT, refused(changed(0x10, 1)));
    assertEquals(Reason.TRUNCATED, refused(Arrays.copyOf(good, 4095)));
    assertEquals(Reason.TRUNCATED, refused(new byte[0]));
    Path other = new HostDirectory(root).monitorAck("guest-2");
    Files.write(other, good);
    LayoutException mismatch =
        assertThrows(
            LayoutException.class, () -> new AckReader(new HostDirectory(root), "guest-2").poll());
    assertEquals(Reason.MISMATCH, mismatch.reason());
  }

  /** The writer of views asks this at each publication, and nobody may be polling. */
  @Test
  void whetherItSleepsNeedsNoPoll() throws IOException {
    assertTrue(reader.sleeping());
    Path next = path.resolveSibling("next");
    Files.write(next, changed(0x180, 0));
    Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
    long end = System.nanoTime() + 20_000_000_000L;
    while (reader.sleeping()) {
      assertTrue(System.nanoTime() < end, "the new file is not looked at");
    }
  }

  @Test
  void aReplacementIsFollowed() throws IOException {
    assertEquals(13, reader.poll().orElseThrow().acknowledged());
    assertTrue(reader.sleeping());
    Path next = path.resolveSibling("next");
    Files.write(next, changed(0x100, 99));
    Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
    assertEquals(99, reader.poll().orElseThrow().acknowledged());
    Files.delete(path);
    assertTrue(reader.poll().isEmpty());
    assertTrue(!reader.sleeping());
  }
}
