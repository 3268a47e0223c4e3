package org.ultravisor.raft.replica;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.store.DurableFiles;

/**
 * The snapshots of a replica: directories {@code snapshot.TERM_INDEX}, each a checkpoint of the
 * store, which Ratis sends file by file. They are complete or not there: a new one is made beside
 * and renamed. Installing one from the leader, Ratis puts a new directory of snapshots in the place
 * of this one; that is why nothing else lives in it.
 */
final class SnapshotStorage implements StateMachineStorage {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStorage.class);
  private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");
  private static final String DIGEST = ".md5"; // Ratis leaves one beside each file it received

  private static final TermIndex NONE = TermIndex.valueOf(0, -1);

  private final Path snapshots;
  private final Path incoming;
  private final Path unfinished;
  private volatile @Nullable SnapshotInfo latest;
  private volatile @Nullable Prepared prepared;

  /** A finished copy of the store that waits for its place among the snapshots. */
  private record Prepared(Path directory, TermIndex position) {}

  /** Copies the store to a directory that does not exist yet; says how far the copy has come. */
  @FunctionalInterface
  interface Copy {
    CompletableFuture<TermIndex> to(Path directory);
  }

  SnapshotStorage(ReplicaDirectory directory) {
    this.snapshots = directory.snapshots();
    this.incoming = directory.incoming();
    this.unfinished = directory.unfinishedSnapshot();
  }

  /** Removes what an interrupted snapshot or transfer has left, and finds the newest snapshot. */
  void init() throws IOException {
    Files.createDirectories(snapshots);
    refresh();
  }

  /**
   * Looks for the newest snapshot again, after Ratis has put one in place, and removes transfers
   * that were broken off.
   */
  void refresh() throws IOException {
    DurableFiles.deleteTree(incoming);
    Files.createDirectories(incoming);
    List<Path> directories = directories();
    latest = directories.isEmpty() ? null : info(directories.getFirst());
  }

  /** Lets the store be copied, in the background; one copy at a time. */
  CompletableFuture<Void> prepare(Copy copy) {
    try {
      DurableFiles.deleteTree(unfinished);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    return copy.to(unfinished)
        .thenAccept(position -> prepared = new Prepared(unfinished, position));
  }

  /** Makes the prepared copy the newest snapshot, unless a newer one came from the leader. */
  void publish() throws IOException {
    Prepared copy = prepared;
    prepared = null;
    if (copy != null && copy.position().getIndex() > position().getIndex()) {
      Path directory = directoryOf(copy.position());
      DurableFiles.publish(copy.directory(), directory);
      latest = info(directory);
    }
  }

  private Path directoryOf(TermIndex position) {
    return snapshots.resolve("snapshot.%d_%d".formatted(position.getTerm(), position.getIndex()));
  }

  /** The last log entry in the newest snapshot; index -1 if there is none. */
  TermIndex position() {
    SnapshotInfo info = latest;
    return info == null ? NONE : info.getTermIndex();
  }

  /** The newest snapshot's directory. */
  Optional<Path> newest() {
    SnapshotInfo info = latest;
    return Optional.ofNullable(info).map(SnapshotInfo::getTermIndex).map(this::directoryOf);
  }

  /** A snapshot's own files, without what Ratis has put beside them. */
  static List<Path> files(Path snapshot) throws IOException {
    try (Stream<Path> files = Files.list(snapshot)) {
      return files.filter(file -> !file.toString().endsWith(DIGEST)).sorted().toList();
    }
  }

  private static SnapshotInfo info(Path snapshot) throws IOException {
    List<FileInfo> files = new ArrayList<>();
    for (Path file : files(snapshot)) {
      files.add(new FileInfo(file, null)); // no digest: Ratis makes it while it reads the file
    }
    return new FileListSnapshotInfo(files, positionOf(snapshot).orElseThrow());
  }

  /** Newest first. */
  private List<Path> directories() throws IOException {
    try (Stream<Path> entries = Files.list(snapshots)) {
      return entries
          .filter(path -> positionOf(path).isPresent())
          .sorted(Comparator.comparing((Path path) -> positionOf(path).orElseThrow()).reversed())
          .toList();
    }
  }

  private static Optional<TermIndex> positionOf(Path path) {
    Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
    return name.matches()
        ? Optional.of(
            TermIndex.valueOf(Long.parseLong(name.group(1)), Long.parseLong(name.group(2))))
        : Optional.empty();
  }

  @Override
  public void init(RaftStorage storage) throws IOException {
    init();
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return latest;
  }

  @Override
  public void format() {
    // Nothing to do: an empty directory has no snapshots.
  }

  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
    int keep = policy.getNumSnapshotsRetained();
    List<Path> all = directories();
    for (Path old : all.subList(Math.min(Math.max(keep, 1), all.size()), all.size())) {
      LOG.info("Deleting the old snapshot {}", old);
      DurableFiles.deleteTree(old);
    }
  }

  @Override
  public File getSnapshotDir() {
    return snapshots.toFile();
  }

  @Override
  public File getTmpDir() {
    return incoming.toFile();
  }
}
