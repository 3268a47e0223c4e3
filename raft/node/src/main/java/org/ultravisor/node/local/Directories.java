package org.ultravisor.node.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ultravisor.ledger.store.DurableFiles;

/**
 * The two places that a local cluster uses: one on disk for logs and stores, one in the host's
 * shared-memory file system for views and host memory. Closing removes both.
 *
 * @param disk replicas' directories, configurations and the output of processes
 * @param host the host directory of the monitor bridge
 */
public record Directories(Path disk, Path host) implements AutoCloseable {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /**
   * Creates both; where there is no shared-memory file system, the host directory is on disk too.
   */
  public static Directories create(String name) throws IOException {
    Path disk = Files.createTempDirectory("ultravisor-" + name + "-");
    Path host =
        Files.isWritable(SHARED_MEMORY)
            ? Files.createTempDirectory(SHARED_MEMORY, "ultravisor-" + name + "-")
            : Files.createDirectory(disk.resolve("host"));
    return new Directories(disk, host);
  }

  @Override
  public void close() throws IOException {
    DurableFiles.deleteTree(host);
    DurableFiles.deleteTree(disk);
  }
}
