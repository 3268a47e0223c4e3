package org.ultravisor.raft.replica;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.store.Applied;
import org.ultravisor.ledger.store.AuditLog;
import org.ultravisor.ledger.store.DurableFiles;
import org.ultravisor.ledger.store.StoreException;
import org.ultravisor.ledger.store.StoreOptions;

/**
 * A copy of a replica's ledger at one log entry, in a directory of its own:
 *
 * <pre>
 *   backup       what it is, and the size and SHA-256 of every file; written last
 *   store/       a checkpoint of the store
 * </pre>
 *
 * <p>Always: a directory with the file {@code backup} is whole, or {@link #verify} says what is
 * not.
 *
 * @param cluster that it was taken of
 * @param replica that it was taken on
 * @param applied how far the ledger had come
 * @param files of the store, by name
 */
public record Backup(UUID cluster, String replica, Applied applied, List<Part> files) {
  static final String MANIFEST = "backup";
  private static final String HEADER = "ultravisor backup, format 1";
  private static final int BUFFER = 1 << 20;

  public Backup {
    files = List.copyOf(files);
  }

  /**
   * A file.
   *
   * @param bytes its length
   * @param sha256 of its content, in hexadecimal
   */
  public record Part(String name, long bytes, String sha256) {}

  /** Reads what a backup says of itself; {@link #verify} says whether it is true. */
  public static Backup read(Path directory) throws IOException {
    Path manifest = directory.resolve(MANIFEST);
    if (!Files.isRegularFile(manifest)) {
      throw new IOException(
          "%s is not a backup: it has no file '%s'".formatted(directory, MANIFEST));
    }
    try {
      return parse(directory, Files.readString(manifest));
    } catch (IllegalArgumentException e) {
      throw new IOException(manifest + ": " + e.getMessage(), e);
    }
  }

  private static Backup parse(Path directory, String text) throws IOException {
    int end = text.lastIndexOf("sum ");
    if (!text.startsWith(HEADER + "\n") || end < 0) {
      throw new IllegalArgumentException("expected '" + HEADER + "' and what follows it");
    }
    String content = text.substring(0, end);
    if (!text.substring(end).equals("sum " + sum(content) + "\n")) {
      throw new IllegalArgumentException("its sum is wrong: the file is damaged");
    }
    List<String> lines = content.lines().toList();
    UUID cluster = UUID.fromString(fields(lines.get(1), "cluster", 2)[1]);
    List<Part> files = new ArrayList<>();
    for (String line : lines.subList(3, lines.size())) {
      String[] words = fields(line, "file", 4);
      files.add(new Part(words[3], Long.parseLong(words[1]), words[2]));
    }
    try (AuditLog log = open(directory, cluster)) {
      return new Backup(cluster, fields(lines.get(2), "replica", 2)[1], log.applied(), files);
    }
  }

  private static String[] fields(String line, String first, int count) {
    String[] words = line.split(" ", -1);
    if (words.length != count || !words[0].equals(first)) {
      throw new IllegalArgumentException(
          "expected '%s' and %d words after it: '%s'".formatted(first, count - 1, line));
    }
    return words;
  }

  /** The ledger in a backup, for reading. */
  static AuditLog open(Path directory, UUID cluster) throws IOException {
    try {
      return AuditLog.open(store(directory), StoreOptions.DEFAULT.withIdentity(cluster.toString()));
    } catch (StoreException e) {
      throw new IOException("the backup " + directory + " is damaged: " + e.getMessage(), e);
    }
  }

  static Path store(Path directory) {
    return directory.resolve("store");
  }

  /** Says of a copied store what it is, and makes the directory a backup. */
  static Backup complete(Path directory, UUID cluster, String replica) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    text.append("cluster ").append(cluster).append('\n');
    text.append("replica ").append(replica).append('\n');
    for (Part part : parts(store(directory))) {
      text.append("file %d %s %s".formatted(part.bytes(), part.sha256(), part.name())).append('\n');
    }
    String sealed = text + "sum " + sum(text.toString()) + "\n";
    DurableFiles.write(directory.resolve(MANIFEST), sealed.getBytes(StandardCharsets.UTF_8));
    return read(directory);
  }

  /** Compares every file with what the backup says of it; throws, naming the first that differs. */
  public void verify(Path directory) throws IOException {
    List<Part> found = parts(store(directory));
    for (Part part : files) {
      Part is =
          found.stream().filter(other -> other.name().equals(part.name())).findFirst().orElse(null);
      if (!part.equals(is)) {
        throw new IOException(
            "%s: %s".formatted(store(directory).resolve(part.name()), difference(part, is)));
      }
    }
    if (found.size() != files.size()) {
      throw new IOException(
          "%s has %d files; the backup had %d"
              .formatted(store(directory), found.size(), files.size()));
    }
  }

  private static String difference(Part said, @Nullable Part is) {
    return is == null
        ? "is missing"
        : is.bytes() != said.bytes()
            ? "has %d bytes; the backup had %d".formatted(is.bytes(), said.bytes())
            : "has SHA-256 %s; the backup had %s".formatted(is.sha256(), said.sha256());
  }

  private static List<Part> parts(Path store) throws IOException {
    List<Path> paths;
    try (Stream<Path> all = Files.list(store)) {
      paths = all.sorted().toList();
    }
    List<Part> parts = new ArrayList<>();
    for (Path path : paths) {
      MessageDigest digest = sha256();
      byte[] buffer = new byte[BUFFER];
      long bytes = 0;
      try (InputStream in = Files.newInputStream(path)) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          digest.update(buffer, 0, read);
          bytes += read;
        }
      }
      String name = String.valueOf(path.getFileName());
      parts.add(new Part(name, bytes, HexFormat.of().formatHex(digest.digest())));
    }
    return parts;
  }

  private static String sum(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
