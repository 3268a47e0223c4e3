package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code libfaults.so} is to watch in a process, and the files over which one talks with it.
 * The rules may be changed while the process runs.
 *
 * @param library libfaults.so
 * @param root below which calls are numbered
 * @param files a directory outside the root, for rules, report and journal of this process
 * @param recorded whether the journal is written
 */
public record Shim(Path library, Path root, Path files, boolean recorded) {
  /** RocksDB's library, which a replica unpacks: two thousand writes that mean nothing. */
  private static final String EXCEPT = "/native/";

  /**
   * @throws IOException if there is no library, or the directories cannot be made
   */
  public static Shim of(Path root, Path files, boolean recorded) throws IOException {
    String library = System.getProperty("ultravisor.faults.library", "");
    if (!Files.isRegularFile(Path.of(library))) {
      throw new IOException(
          "libfaults.so is not at '%s' (-Dultravisor.faults.library); mvn compile makes it"
              .formatted(library));
    }
    Files.createDirectories(root);
    Files.createDirectories(files);
    Shim shim = new Shim(Path.of(library), root.toRealPath(), files, recorded);
    shim.rules();
    return shim;
  }

  /** What the process' environment needs. */
  public Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("LD_PRELOAD", library.toString());
    environment.put("UV_FAULTS_ROOT", root.toString());
    environment.put("UV_FAULTS_EXCEPT", EXCEPT);
    environment.put("UV_FAULTS_CONTROL", control().toString());
    environment.put("UV_FAULTS_REPORT", files.resolve("report").toString());
    if (recorded) {
      environment.put("UV_FAULTS_JOURNAL", files.resolve("journal").toString());
    }
    return environment;
  }

  /** From the next call on these rules hold and no others; see rules.h for their form. */
  public void rules(String... rules) throws IOException {
    Path next = files.resolve("control.new");
    Files.write(next, List.of(rules));
    Files.move(next, control(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The faults that have happened, one a line. */
  public List<String> report() throws IOException {
    Path report = files.resolve("report");
    return Files.exists(report) ? Files.readAllLines(report) : List.of();
  }

  /** The calls that were recorded. */
  public List<Change> journal() throws IOException {
    return Journal.read(files.resolve("journal"));
  }

  private Path control() {
    return files.resolve("control");
  }

  /** Whether a path below the root is one that is watched. */
  static boolean watched(@Nullable Path below) {
    return below != null && !("/" + below + "/").contains(EXCEPT);
  }
}
