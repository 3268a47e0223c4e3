package org.ultravisor.bridge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being made for others to map: sparse, of fixed size, mapped whole, and renamed to
 * its final name when it is finished.
 *
 * <p>A sparse page that the file system cannot provide would be a SIGBUS for the whole JVM. So
 * nothing is stored before {@link #materialise} has written zeros there, which reports lack of
 * memory as an IOException.
 */
final class SharedFile implements AutoCloseable {
  private static final int CHUNK = 1 << 20;

  private final Path target;
  private final Path unfinished;
  private final FileChannel channel;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final @Nullable Object key;
  private boolean published;

  /** Makes {@code target}.tmp of the size in bytes, all zeros and nothing materialised. */
  SharedFile(Path target, long size) throws IOException {
    this.target = target;
    this.unfinished = target.resolveSibling(target.getFileName() + ".tmp");
    Files.deleteIfExists(unfinished);
    this.channel =
        FileChannel.open(
            Files.createFile(
                unfinished,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    this.key = key(unfinished);
    this.memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
  }

  MemorySegment memory() {
    return memory;
  }

  Path path() {
    return target;
  }

  /** Provides memory for a part of the file, as zeros; whatever was there is lost. */
  void materialise(long offset, long length) throws IOException {
    try {
      writeZeros(offset, offset + length);
    } catch (IOException e) {
      throw new IOException(
          "%s needs %d bytes of shared memory at offset %d: %s"
              .formatted(target, length, offset, e.getMessage()),
          e);
    }
  }

  private void writeZeros(long from, long to) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(to - from, CHUNK));
    for (long at = from; at < to; ) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
      while (zeros.hasRemaining()) {
        at += channel.write(zeros, at);
      }
    }
  }

  /** Gives the file its final name, in the place of any other. */
  void publish() throws IOException {
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    published = true;
  }

  /** Takes the final name away if it still leads to this file. */
  void unlink() throws IOException {
    if (published && Files.exists(target) && Objects.equals(key, key(target))) {
      Files.deleteIfExists(target);
    }
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Unmaps it; readers keep their own mappings. An unfinished file is removed. */
  @Override
  public void close() throws IOException {
    arena.close();
    channel.close();
    if (!published) {
      Files.deleteIfExists(unfinished);
    }
  }
}
