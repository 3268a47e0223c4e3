package org.ultravisor.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the replicas, monitors and host agent of one host meet, as in {@code
 * monitor-bridge/layout/directory.md}. It should be in a shared-memory file system.
 *
 * @param root the directory; {@link #create} makes it
 */
public record HostDirectory(Path root) {
  /** Makes the directory and those that monitors need, where they are missing. */
  public HostDirectory create() throws IOException {
    Files.createDirectories(root.resolve("monitors"));
    Files.createDirectories(root.resolve("views"));
    return this;
  }

  public Path memory() {
    return root.resolve("memory");
  }

  public Path hostLock() {
    return root.resolve("host.lock");
  }

  public Path hostAck() {
    return root.resolve("host.ack");
  }

  public Path monitors() {
    return root.resolve("monitors");
  }

  public Path monitorLock(String partition) {
    return monitors().resolve(requireName("partition", partition) + ".lock");
  }

  public Path monitorAck(String partition) {
    return monitors().resolve(requireName("partition", partition) + ".ack");
  }

  /** Where a replica's views are. */
  public Path views(String replica) {
    if (replica.equals(".") || replica.equals("..")) {
      throw new IllegalArgumentException("a replica may not be called '" + replica + "'");
    }
    return root.resolve("views").resolve(requireName("replica", replica));
  }

  public Path view(String replica, String partition) {
    return views(replica).resolve(requireName("partition", partition) + ".view");
  }

  public Path hostView(String replica) {
    return views(replica).resolve("host-view");
  }

  /** Refuses what could lead out of the directory or into another file of it. */
  static String requireName(String what, String name) {
    boolean good = !name.isEmpty() && name.length() <= 64;
    for (int i = 0; good && i < name.length(); i++) {
      char c = name.charAt(i);
      good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-';
    }
    if (!good) {
      throw new IllegalArgumentException(
          what + " must be 1 to 64 letters, digits, '.', '_' or '-': '" + name + "'");
    }
    return name;
  }
}
