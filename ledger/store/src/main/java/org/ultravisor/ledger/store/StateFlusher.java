package org.ultravisor.ledger.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.core.StateImage;

/**
 * Brings the state family forward, and copies the store, on a thread of its own: the ledger's
 * thread only takes the image. Images are flushed in the order in which they came.
 */
final class StateFlusher implements AutoCloseable {
  private final Database database;
  private final Function<Throwable, StoreFailedException> fail;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().name("ledger-store-flush").daemon().unstarted(task));

  /** What the state family holds; the thread's own. */
  private StateImage flushed;

  /**
   * @param flushed image of what the state family holds; this object's from now on
   * @param fail ends the store's use
   */
  StateFlusher(
      Database database, StateImage flushed, Function<Throwable, StoreFailedException> fail) {
    this.database = database;
    this.flushed = flushed;
    this.fail = fail;
  }

  /**
   * Flushes an image, then everything, so that what was applied when it was taken is durable.
   *
   * @param image taken right after a commit; this object's from now on
   * @param applied as of that commit
   */
  CompletableFuture<Applied> flush(StateImage image, Applied applied) {
    return inBackground(
        () -> {
          if (!write(image)) {
            database.flush();
          }
          Witness.write(database.directory(), applied);
          return applied;
        });
  }

  /** Flushes an image and then copies the store; the copy may have come further than the image. */
  CompletableFuture<Applied> checkpoint(StateImage image, Path to, StoreOptions options) {
    return inBackground(
        () -> {
          write(image);
          return copy(to, options);
        });
  }

  /** Whether there was something to write; then everything is flushed, too. */
  private boolean write(StateImage image) throws RocksDBException, IOException {
    if (image.sequence() == flushed.sequence()) {
      image.close();
      return false;
    }
    // One that was taken in and is here still is a second name of a file of the store.
    StateFile.deleteLeftovers(database.directory());
    try (StateFile file = database.stateFile()) {
      image.forEachChangedSince(flushed, file);
      List<String> files = file.finish(new Flushed(image.sequence(), image.hash()));
      // The leaves first: a state that is newer than they are would be none.
      database.flush();
      database.ingest(files);
    }
    flushed.close();
    flushed = image;
    return true;
  }

  private Applied copy(Path to, StoreOptions options) throws RocksDBException, IOException {
    Path unfinished = to.resolveSibling(to.getFileName() + ".unfinished");
    // What a killed copy left, and RocksDB's own first name for it.
    DurableFiles.deleteTree(unfinished);
    DurableFiles.deleteTree(unfinished.resolveSibling(unfinished.getFileName() + ".tmp"));
    Files.createDirectories(DurableFiles.parent(to));
    database.checkpoint(unfinished);
    DurableFiles.syncAll(unfinished);
    Applied applied;
    // The copy is asked how far it has come, so it is known to open, too.
    try (Database copy = Database.open(unfinished, options, Database.Mode.READ_ONLY)) {
      Meta meta = new Meta(copy);
      meta.requireIdentity(options.identity());
      applied = meta.applied();
    }
    // RocksDB flushed what it linked, so the store is as durable as its copy.
    Witness.write(database.directory(), applied);
    DurableFiles.publish(unfinished, to);
    return applied;
  }

  @FunctionalInterface
  private interface Task {
    Applied run() throws RocksDBException, IOException;
  }

  private CompletableFuture<Applied> inBackground(Task task) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return task.run();
          } catch (RocksDBException | IOException | RuntimeException e) {
            throw fail.apply(e);
          }
        },
        thread);
  }

  /** Waits for what is under way. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        // Native memory may not be freed under a running flush, so the wait goes on.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    flushed.close();
  }
}
