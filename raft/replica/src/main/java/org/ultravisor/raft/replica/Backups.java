package org.ultravisor.raft.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.ultravisor.ledger.store.DurableFiles;

/** Makes backups while transactions go on. Any thread. */
final class Backups {
  private final String replica;
  private final UUID cluster;
  private final RatisLog log;
  private final LiveLedger live;
  private final Executor executor;

  /**
   * @param executor where files are read
   */
  Backups(String replica, UUID cluster, RatisLog log, LiveLedger live, Executor executor) {
    this.replica = replica;
    this.cluster = cluster;
    this.log = log;
    this.live = live;
    this.executor = executor;
  }

  /**
   * Everything acknowledged before the call is in it.
   *
   * @param directory on this machine; absolute, and empty or missing
   */
  CompletableFuture<Backup> make(Path directory) {
    return log.readIndex()
        .thenComposeAsync(
            nothing -> {
              requireUnused(directory);
              return live.checkpoint(Backup.store(directory));
            },
            executor)
        .thenApplyAsync(
            position -> {
              try {
                return Backup.complete(directory, cluster, replica);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            executor);
  }

  private static void requireUnused(Path directory) {
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException("a backup's directory must be absolute: " + directory);
    }
    try {
      Files.createDirectories(directory);
      if (!Files.exists(directory.resolve(Backup.MANIFEST))) {
        DurableFiles.deleteTree(Backup.store(directory)); // of one that was broken off
      }
      try (Stream<Path> entries = Files.list(directory)) {
        if (entries.findAny().isPresent()) {
          throw new IllegalArgumentException(
              "a backup needs a directory of its own: " + directory + " is not empty");
        }
      }
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }
}
