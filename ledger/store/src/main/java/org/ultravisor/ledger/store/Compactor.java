package org.ultravisor.ledger.store;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.StateImage;

/**
 * Forgets history, on a thread of its own. The steps, each of which may be the last before a crash;
 * the next start begins again with the first that was not done:
 *
 * <ol>
 *   <li>The state on disk passes the sequence, so that recovery needs no leaf below it.
 *   <li>The leaves are read once: the state at the sequence is rebuilt and compared with its leaf,
 *       and the leaves' hashes are written in rows. Nothing is lost yet, nothing counts yet.
 *   <li>The checkpoint is written, flushed and read again.
 *   <li>In one batch: the checkpoint counts, the leaves below it go, the one before it goes.
 *   <li>Their space is freed.
 * </ol>
 */
final class Compactor implements AutoCloseable {
  /** What has just been done. */
  enum Stage {
    REBUILT,
    WRITTEN,
    SWITCHED,
    RECLAIMED
  }

  private final Database database;
  private final LeafTable leaves;
  private final MerkleTable nodes;
  private final Meta meta;
  private final CheckpointTable checkpoints;
  private final Consumer<Stage> watcher;
  private final Function<Throwable, StoreFailedException> fail;
  private final CompactRangeOptions reclaiming =
      new CompactRangeOptions()
          .setBottommostLevelCompaction(BottommostLevelCompaction.kForceOptimized);
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().name("ledger-store-compact").daemon().unstarted(task));

  private volatile boolean closing;

  /**
   * @param watcher told of each stage, on the compactor's thread
   * @param fail ends the store's use
   */
  Compactor(
      Database database,
      LeafTable leaves,
      MerkleTable nodes,
      Consumer<Stage> watcher,
      Function<Throwable, StoreFailedException> fail) {
    this.database = database;
    this.leaves = leaves;
    this.nodes = nodes;
    this.watcher = watcher;
    this.fail = fail;
    meta = new Meta(database);
    checkpoints = new CheckpointTable(database);
  }

  /**
   * Compacts through a sequence.
   *
   * @param state at or after the transaction that said so: its sessions' answers stay readable;
   *     this object's from now on
   * @param flushed completes when the state on disk is as new as that
   * @return the store's last compaction then
   */
  CompletableFuture<Optional<Compaction>> compact(
      long through, LedgerReader state, CompletableFuture<Applied> flushed) {
    return inBackground(
        () -> {
          long[] kept = wanted(state, through);
          flushed.join();
          Compaction before = meta.compaction();
          if (before == null || before.through() < through) {
            replace(before, through, kept);
          }
          reclaim();
        });
  }

  /** Frees what a compaction has left when it was interrupted. */
  CompletableFuture<Optional<Compaction>> resume() {
    return inBackground(this::reclaim);
  }

  /** Leaves below the sequence that hold answers which may still be asked for, ascending. */
  private static long[] wanted(LedgerReader state, long through) {
    try (state) {
      LongStream.Builder found = LongStream.builder();
      state.forEachAnswer(
          sequence -> {
            if (sequence < through) {
              found.add(sequence);
            }
          });
      return found.build().sorted().distinct().toArray();
    }
  }

  private void replace(@Nullable Compaction before, long through, long[] kept)
      throws RocksDBException {
    Ledger rebuilt = HistoryPass.run(database, leaves, nodes, before, through, () -> closing);
    if (rebuilt == null) {
      return;
    }
    watcher.accept(Stage.REBUILT);
    Compaction compaction;
    try (StateImage image = rebuilt.image()) {
      compaction = checkpoints.write(image, through - 1 - kept.length);
    }
    database.flush();
    Difference difference = checkpoints.difference(compaction);
    if (difference != null) {
      throw new StoreCorruptedException(database.directory() + ", " + difference);
    }
    for (long keep : kept) {
      // An answer that is lost would be a request that happens twice, so it is looked for first.
      leaves.encoded(keep);
    }
    watcher.accept(Stage.WRITTEN);
    switchTo(compaction, kept);
    database.flush();
    watcher.accept(Stage.SWITCHED);
  }

  private void switchTo(Compaction compaction, long[] kept) throws RocksDBException {
    long through = compaction.through();
    long fullRows = (through - 1) / LeafHashes.ROW;
    Batch batch = database.batch();
    Meta.compacted(batch, compaction);
    LeafTable.drop(batch, through, kept);
    batch.deleteRange(Family.STATE, CheckpointTable.key(0), CheckpointTable.key(through));
    // From level 1: stores written before MerkleTable.LOWEST_STORED have those, too.
    for (int level = 1; level < LeafHashes.ROW_LEVEL; level++) {
      batch.deleteRange(
          Family.MERKLE,
          MerkleTable.key(level, 0),
          MerkleTable.key(level, fullRows << (LeafHashes.ROW_LEVEL - level)));
    }
    database.write(batch);
  }

  private void reclaim() throws RocksDBException {
    Compaction done = meta.compaction();
    if (closing || done == null || meta.reclaimed() >= done.through()) {
      return;
    }
    long through = done.through();
    try {
      database.compact(Family.LEAVES, LeafTable.key(0), LeafTable.key(through), reclaiming);
      database.compact(
          Family.STATE, CheckpointTable.key(0), CheckpointTable.key(through), reclaiming);
      database.compact(
          Family.MERKLE,
          MerkleTable.key(0, 0),
          MerkleTable.key(LeafHashes.ROW_LEVEL, 0),
          reclaiming);
    } catch (RocksDBException e) {
      if (closing) {
        return; // cancelled; the next start goes on
      }
      throw e;
    }
    Batch batch = database.batch();
    Meta.reclaimed(batch, through);
    database.write(batch);
    watcher.accept(Stage.RECLAIMED);
  }

  @FunctionalInterface
  private interface Task {
    void run() throws RocksDBException;
  }

  private CompletableFuture<Optional<Compaction>> inBackground(Task task) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            task.run();
            return Optional.ofNullable(meta.compaction());
          } catch (RocksDBException | RuntimeException e) {
            throw fail.apply(e);
          }
        },
        thread);
  }

  /** Breaks off what is under way, where it can go on later, and waits for that. */
  @Override
  public void close() {
    closing = true;
    reclaiming.setCanceled(true);
    thread.shutdown();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        // Native memory may not be freed under a running compaction, so the wait goes on.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    reclaiming.close();
  }
}
