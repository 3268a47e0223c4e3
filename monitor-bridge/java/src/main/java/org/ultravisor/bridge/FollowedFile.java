package org.ultravisor.bridge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ultravisor.bridge.LayoutException.Reason;

/**
 * A file that another process makes and replaces by rename, mapped read-only. Any thread may look;
 * a mapping stays good for as long as somebody holds it.
 */
final class FollowedFile {
  /** Where the identity of acknowledgement files ends and its CRC is. */
  private static final long ACK_CRC = 0xf8;

  /** Nanoseconds between two looks for a newer file. */
  private static final long LOOK_AGAIN = 20_000_000;

  private record Mapped(@Nullable Object key, MemorySegment memory) {}

  private final Path path;
  private final String magic;
  private final long size;
  private final long nameOffset;
  private final String name;
  private volatile @Nullable Mapped mapped;
  private volatile long looked = System.nanoTime() - 2 * LOOK_AGAIN;

  /**
   * Follows {@code path}.
   *
   * @param size bytes that the file must have at least; as many are mapped
   * @param name what the name field at {@code nameOffset} must say
   */
  FollowedFile(Path path, String magic, long size, long nameOffset, String name) {
    this.path = path;
    this.magic = magic;
    this.size = size;
    this.nameOffset = nameOffset;
    this.name = name;
  }

  Path path() {
    return path;
  }

  /**
   * The mapping that was found last, null if none was. Looks for a newer file only now and then, so
   * that it may be asked at every publication.
   */
  @Nullable MemorySegment last() {
    long now = System.nanoTime();
    if (now - looked > LOOK_AGAIN) {
      looked = now;
      try {
        return refresh();
      } catch (IOException e) {
        return null; // whoever polls the file is told why it is not believed
      }
    }
    Mapped current = mapped;
    return current == null ? null : current.memory();
  }

  /**
   * The file that has the name now; null if there is none.
   *
   * @throws LayoutException if it is not a good one; the last good one is forgotten
   */
  @Nullable MemorySegment refresh() throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      Mapped current = mapped;
      if (current != null && Objects.equals(current.key(), attributes.fileKey())) {
        return current.memory();
      }
      mapped = null;
      Mapped found = open();
      mapped = found;
      return found.memory();
    } catch (NoSuchFileException e) {
      mapped = null;
      return null;
    }
  }

  private Mapped open() throws IOException {
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() < size) {
        throw new LayoutException(
            Reason.TRUNCATED, path, "%d bytes, %d expected".formatted(channel.size(), size));
      }
      // Unmapped when nobody holds it any more: readers on other threads need no lock.
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
      check(memory);
      return new Mapped(key, memory);
    }
  }

  private void check(MemorySegment memory) throws LayoutException {
    if (!Words.hasMagic(memory, magic)) {
      throw new LayoutException(Reason.FOREIGN, path, "it does not start with " + magic);
    }
    int version = Words.getInt(memory, 8);
    if (version != ViewLayout.VERSION) {
      throw new LayoutException(
          Reason.VERSION,
          path,
          "version %d, this program knows %d".formatted(version, ViewLayout.VERSION));
    }
    int crc = Words.crc(memory, ACK_CRC);
    if (Words.getInt(memory, ACK_CRC) != crc) {
      throw new LayoutException(
          Reason.CORRUPT,
          path,
          "CRC %08x, %08x expected".formatted(Words.getInt(memory, ACK_CRC), crc));
    }
    String found = Words.text(memory, nameOffset, Words.NAME_BYTES);
    if (!found.equals(name)) {
      throw new LayoutException(
          Reason.MISMATCH, path, "it names '%s', '%s' expected".formatted(found, name));
    }
  }
}
