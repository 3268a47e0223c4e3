package org.ultravisor.raft.replica;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.util.SizeInBytes;
import org.ultravisor.ledger.store.DurableFiles;

/**
 * Everything that a replica keeps, held by a lock while it runs:
 *
 * <pre>
 *   lock         held by the process that uses the directory
 *   identity     who this replica is, of which cluster; written last when the directory is formatted
 *   raft/        Ratis: log, term and vote
 *   diverged     why this replica must not serve again: it differs from the others
 *   probe        written now and then, to see whether the disk answers
 *   store/       the live ledger (RocksDB)
 *   snapshots/   snapshot.TERM_INDEX/ each a checkpoint of the store
 *   snapshot.new a checkpoint that is not among them yet
 *   incoming/    a snapshot on its way from the leader
 *   native/      RocksDB's library while the replica runs
 * </pre>
 *
 * <p>Always: a directory without {@code identity} has never voted, so formatting it again is
 * harmless; one with it is never formatted again.
 */
final class ReplicaDirectory implements AutoCloseable {
  private static final String IDENTITY = "identity";
  private static final String FORMATTING = "identity.new";
  private static final String LOCK = "lock";
  private static final String DIVERGED = "diverged";
  private static final Set<String> UNFINISHED =
      Set.of(LOCK, FORMATTING, FORMATTING + ".unfinished", "raft", "snapshots", "snapshot.new");

  private final Path root;
  private final Identity identity;
  private final FileChannel lockFile;

  private ReplicaDirectory(Path root, Identity identity, FileChannel lockFile) {
    this.root = root;
    this.identity = identity;
    this.lockFile = lockFile;
  }

  /** Locks the directory, and formats it if it is new. Refusing, it changes nothing. */
  static ReplicaDirectory open(ReplicaConfig config) throws IOException {
    Path root = config.directory();
    boolean formatted = Files.exists(root.resolve(IDENTITY));
    Identity identity = formatted ? readIdentity(root, config) : Identity.of(config);
    if (formatted) {
      requireNotDiverged(root);
    } else {
      requireUnused(root);
    }
    Files.createDirectories(root);
    FileChannel lockFile = lock(root);
    try {
      if (!formatted) {
        format(root, identity, 0, snapshots -> {});
      }
      ReplicaDirectory directory = new ReplicaDirectory(root, identity, lockFile);
      VoteFile.check(directory.log());
      return directory;
    } catch (Throwable e) {
      lockFile.close();
      throw e;
    }
  }

  /** Puts into a new directory what the replica begins with. */
  @FunctionalInterface
  interface Beginning {
    void make(Path snapshots) throws IOException;
  }

  /** Formats a new directory for a replica that begins with a snapshot. */
  static void restore(ReplicaConfig config, Identity identity, long term, Beginning beginning)
      throws IOException {
    Path root = config.directory();
    if (Files.exists(root.resolve(IDENTITY))) {
      throw new IOException(
          "replica directory " + root + " is in use already: a restored replica needs a new one");
    }
    requireUnused(root);
    Files.createDirectories(root);
    FileChannel lockFile = lock(root);
    try {
      format(root, identity, term, beginning);
    } finally {
      lockFile.close();
    }
  }

  private static Identity readIdentity(Path root, ReplicaConfig config) throws IOException {
    String text = Files.readString(root.resolve(IDENTITY));
    try {
      Identity identity = Identity.parse(text);
      identity.require(config);
      return identity;
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s: %s. If the file is damaged: %s"
              .formatted(root.resolve(IDENTITY), e.getMessage(), LogCheck.REBUILD),
          e);
    }
  }

  private static void requireNotDiverged(Path root) throws IOException {
    Path marker = root.resolve(DIVERGED);
    if (Files.exists(marker)) {
      throw new IOException("replica directory %s: %s".formatted(root, Files.readString(marker)));
    }
  }

  private static void requireUnused(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    if (!Files.isDirectory(root)) {
      throw new IOException("replica directory " + root + " is not a directory");
    }
    try (Stream<Path> entries = Files.list(root)) {
      List<String> names = entries.map(path -> path.getFileName().toString()).sorted().toList();
      if ((names.contains("raft") && !names.contains(FORMATTING))
          || !UNFINISHED.containsAll(names)) {
        throw new IOException(
            "replica directory %s has no file '%s' and is not empty (%s): name an empty one. If it is"
                    .formatted(root, IDENTITY, names)
                + " a replica's that has lost this file: "
                + LogCheck.REBUILD);
      }
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel file =
        FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = file.tryLock();
      if (lock != null) {
        return file;
      }
    } catch (OverlappingFileLockException e) {
      file.close();
      throw new IOException(inUse(root), e);
    }
    file.close();
    throw new IOException(inUse(root));
  }

  private static String inUse(Path root) {
    return "replica directory " + root + " is in use by another replica that runs";
  }

  private static void format(Path root, Identity identity, long term, Beginning beginning)
      throws IOException {
    Path unfinished = root.resolve(FORMATTING);
    DurableFiles.write(unfinished, identity.print().getBytes(StandardCharsets.UTF_8));
    DurableFiles.deleteTree(root.resolve("raft"));
    DurableFiles.deleteTree(root.resolve("snapshots"));
    Files.createDirectories(root.resolve("raft"));
    try (RaftStorage storage =
        RaftStorage.newBuilder()
            .setDirectory(raftGroup(root, identity.group()).toFile())
            .setOption(StartupOption.FORMAT)
            .setStorageFreeSpaceMin(SizeInBytes.ONE_MB)
            .build()) {
      storage.initialize();
      // Terms only grow: the first leader's must be above that of what it begins with.
      storage.getMetadataFile().persist(RaftStorageMetadata.valueOf(term, RaftPeerId.valueOf("")));
    }
    beginning.make(root.resolve("snapshots"));
    DurableFiles.publish(unfinished, root.resolve(IDENTITY));
  }

  private static Path raftGroup(Path root, UUID group) {
    return root.resolve("raft").resolve(group.toString());
  }

  UUID group() {
    return identity.group();
  }

  /**
   * With whom the cluster was founded, for a start before Raft has stored its first configuration;
   * none for a replica that joins.
   */
  List<Peer> founders() {
    return identity.peers();
  }

  /** The directory that is Ratis' own. */
  Path raft() {
    return root.resolve("raft");
  }

  /** Where the log's segments are. */
  Path log() {
    return raftGroup(root, identity.group()).resolve("current");
  }

  /** Says why the replica must not serve any more; not there while it may. */
  Path diverged() {
    return root.resolve(DIVERGED);
  }

  Path store() {
    return root.resolve("store");
  }

  /** For RocksDB's library, which a killed process leaves behind: here the next one replaces it. */
  Path libraries() {
    return root.resolve("native");
  }

  Path snapshots() {
    return root.resolve("snapshots");
  }

  Path incoming() {
    return root.resolve("incoming");
  }

  Path unfinishedSnapshot() {
    return root.resolve("snapshot.new");
  }

  @Override
  public void close() throws IOException {
    lockFile.close(); // releases the lock
  }
}
