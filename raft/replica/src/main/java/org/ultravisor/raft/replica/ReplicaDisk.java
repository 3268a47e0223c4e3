package org.ultravisor.raft.replica;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a replica needs of its machine besides time: a disk that answers, room, and files. */
interface ReplicaDisk {
  /** Writes a little and returns when it is on the disk. */
  void probe() throws IOException;

  /** Bytes that may still be written. */
  long freeBytes() throws IOException;

  /** Files that the process may still open. */
  long freeFiles();

  /** The disk below a directory, asked through a file of its own. */
  static ReplicaDisk of(Path directory) {
    Path file = directory.resolve("probe");
    return new ReplicaDisk() {
      @Override
      public void probe() throws IOException {
        try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, System.nanoTime()), 0);
          channel.force(true);
        }
      }

      @Override
      public long freeBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
      }

      @Override
      public long freeFiles() {
        return ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount()
            : Long.MAX_VALUE;
      }
    };
  }
}
