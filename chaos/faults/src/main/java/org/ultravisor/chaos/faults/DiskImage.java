package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory as the calls of a journal leave it: what the kernel has after a SIGKILL between two
 * of them. One thread.
 */
public final class DiskImage {
  /** Files, which may have several names, and directories, by path below the watched one. */
  private final NavigableMap<String, Inode> names = new TreeMap<>();

  private static final class Inode {
    final boolean directory;
    byte[] bytes = new byte[0];
    int size;

    Inode(boolean directory) {
      this.directory = directory;
    }

    void resize(int to) {
      if (to > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(to, 2 * bytes.length));
      } else if (to < size) {
        Arrays.fill(bytes, to, size, (byte) 0);
      }
      size = to;
    }

    void write(Change change, int length) {
      int offset = (int) change.offset();
      if (offset + length > size) {
        resize(offset + length);
      }
      change.copy(bytes, offset, length);
    }

    byte[] content() {
      return Arrays.copyOf(bytes, size);
    }
  }

  /** Does what the call did. */
  public void apply(Change change) {
    apply(change, change.length());
  }

  /** Does a write as if the process had been killed after so many bytes of it. */
  public void applyTorn(Change write, int bytes) {
    apply(write, Math.min(bytes, write.length()));
  }

  private void apply(Change change, int dataBytes) {
    if (change.failed()) {
      return;
    }
    switch (change.kind()) {
      case CREATE ->
          names.compute(
              change.path(),
              (path, inode) -> {
                Inode file = inode == null ? new Inode(false) : inode;
                file.resize(0);
                return file;
              });
      case WRITE -> file(change).write(change, dataBytes);
      case TRUNCATE -> file(change).resize((int) change.offset());
      case ALLOCATE -> {
        Inode file = file(change);
        file.resize(Math.max(file.size, (int) change.offset()));
      }
      case MAKE_DIRECTORY -> names.put(change.path(), new Inode(true));
      case LINK -> names.put(change.other(), file(change));
      case UNLINK -> names.remove(change.path());
      case RENAME -> rename(change.path(), change.other());
      case SYNC -> {}
    }
  }

  private Inode file(Change change) {
    Inode inode = names.get(change.path());
    // Written to after its last name was removed: nobody will see that.
    return inode == null ? new Inode(false) : inode;
  }

  private void rename(String from, String to) {
    NavigableMap<String, Inode> moved = new TreeMap<>();
    String below = from + "/";
    names
        .tailMap(from, true)
        .forEach(
            (path, inode) -> {
              if (path.equals(from) || path.startsWith(below)) {
                moved.put(to + path.substring(from.length()), inode);
              }
            });
    names.keySet().removeIf(path -> path.equals(from) || path.startsWith(below));
    names.putAll(moved);
  }

  /** Makes the directory, which must be empty or missing, what this image is. */
  public void writeTo(Path directory) throws IOException {
    Files.createDirectories(directory);
    Map<Inode, Path> written = new HashMap<>();
    for (Map.Entry<String, Inode> entry : names.entrySet()) {
      Path path = directory.resolve(entry.getKey());
      Inode inode = entry.getValue();
      Path other = written.putIfAbsent(inode, path);
      if (inode.directory) {
        Files.createDirectory(path);
      } else if (other != null) {
        Files.createLink(path, other);
      } else {
        Files.write(path, inode.content());
      }
    }
  }

  /** How a directory differs from this image, for people; null if it does not. */
  public @Nullable String difference(Path directory) throws IOException {
    NavigableMap<String, Inode> missing = new TreeMap<>(names);
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.filter(p -> !p.equals(directory)).toList()) {
        Path below = directory.relativize(path);
        if (!Shim.watched(below)) {
          continue;
        }
        Inode inode = missing.remove(below.toString());
        boolean isDirectory = Files.isDirectory(path);
        if (inode == null || inode.directory != isDirectory) {
          return below + " is there and was not seen to be made";
        }
        if (!isDirectory && !Arrays.equals(inode.content(), Files.readAllBytes(path))) {
          return "%s has %d bytes and was seen to get %d, or other ones"
              .formatted(below, Files.size(path), inode.size);
        }
      }
    }
    missing.keySet().removeIf(path -> !Shim.watched(Path.of(path)));
    return missing.isEmpty() ? null : "gone, but not seen to be removed: " + missing.keySet();
  }
}
