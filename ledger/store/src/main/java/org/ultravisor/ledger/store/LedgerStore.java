package org.ultravisor.ledger.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/**
 * A ledger and all that is kept of it on disk. For each log entry: {@link #apply} each of its
 * submissions, then {@link #commit} once. One thread applies, commits, flushes, copies and uses
 * {@link #ledger}; {@link #applied}, {@link #leaf}, {@link #leaves}, {@link #rootAt} and {@link
 * #audit} are any thread's.
 *
 * <p>Once a transaction has compacted the history, the store forgets it in the background: see
 * {@link Compaction}.
 *
 * <p>Committed is not durable: after a kill the store is at an earlier applied index, from which
 * the log is applied again. {@link #flushState} and {@link #checkpoint} say what is durable; the
 * log may be cut up to there and no further.
 */
public final class LedgerStore implements AutoCloseable {
  private final StoreOptions options;
  private final Database database;
  private final LedgerCodec codec;
  private final AuditLog log;
  private final Ledger ledger;
  private final MerkleFrontier frontier;
  private final StateFlusher flusher;
  private final Compactor compactor;
  private final Batch batch;

  /** Puts the Merkle nodes that a leaf completes into the batch. */
  private final MerkleFrontier.NodeSink nodes;

  /** Leaves of the entry under way; they are in the batch. */
  private final List<Leaf> uncommitted = new ArrayList<>();

  private CompletableFuture<Applied> flush;

  /** Sequence of the last compaction that went to the compactor. */
  private long compactedThrough;

  private volatile CompletableFuture<Optional<Compaction>> compaction;

  /** Sequence of the last image that went to the flusher. */
  private long flushedSequence;

  private long eventsSinceFlush;

  private volatile Applied applied;
  private volatile @Nullable StoreFailedException failure;

  private LedgerStore(StoreOptions options, Database database, Consumer<Compactor.Stage> watcher) {
    this.options = options;
    this.database = database;
    codec = new LedgerCodec();
    LeafTable leaves = new LeafTable(database, codec);
    MerkleTable merkle = new MerkleTable(database, leaves);
    applied = new Meta(database).applied();
    Witness.check(database.directory(), applied);
    log = new AuditLog(database, leaves, merkle, () -> applied, () -> {});
    Recovery recovery = Recovery.of(database, log, leaves, merkle);
    ledger = recovery.ledger();
    frontier = recovery.frontier();
    flushedSequence = recovery.flushed().sequence();
    flush = CompletableFuture.completedFuture(applied);
    flusher = new StateFlusher(database, recovery.flushed(), this::fail);
    batch = database.batch();
    nodes = (level, index, hash) -> MerkleTable.put(batch, level, index, hash);
    compactor = new Compactor(database, leaves, merkle, watcher, this::fail);
    compactedThrough = log.compaction().map(Compaction::through).orElse(0L);
    compaction = compactor.resume();
    compactIfDue();
  }

  /**
   * Opens a store, creates it where there is nothing yet, and recovers its ledger.
   *
   * @throws StoreInUseException if it is open already, here or in another process
   * @throws StoreCorruptedException if what is there is no store, another ledger's, or damaged
   */
  public static LedgerStore open(Path directory, StoreOptions options) {
    return open(directory, options, stage -> {});
  }

  /**
   * @param watcher told of each stage of a compaction, on its thread
   */
  static LedgerStore open(Path directory, StoreOptions options, Consumer<Compactor.Stage> watcher) {
    if (Creation.due(directory)) {
      Creation.create(directory, options);
    }
    Database database = Database.open(directory, options, Database.Mode.OPEN);
    try {
      Meta meta = new Meta(database);
      meta.requireIdentity(options.identity());
      meta.upgrade();
      StateFile.deleteLeftovers(directory);
      return new LedgerStore(options, database, watcher);
    } catch (RocksDBException | IOException e) {
      database.close();
      throw new StoreFailedException(directory + " cannot be opened: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** The live ledger, for its queries and readers: only this store changes it. */
  public Ledger ledger() {
    return ledger;
  }

  /** As of the last commit. */
  public Applied applied() {
    return applied;
  }

  /** Lets the ledger execute a submission; its leaf is written by the next {@link #commit}. */
  public Execution apply(long ledgerTime, Submission submission) {
    requireUsable();
    try {
      Execution execution = ledger.execute(ledgerTime, submission);
      if (execution instanceof Execution.Executed executed) {
        keep(executed.leaf());
      }
      return execution;
    } catch (RuntimeException e) {
      throw fail(e);
    }
  }

  private void keep(Leaf leaf) {
    if (leaf.sequence() != frontier.size() + 1) {
      throw new IllegalStateException(
          "leaf %d expected, the ledger gave %d".formatted(frontier.size() + 1, leaf.sequence()));
    }
    byte[] encoded = codec.encodeLeaf(new AuditLeaf(leaf, ledger.hash()));
    LeafTable.put(batch, leaf.sequence(), encoded);
    frontier.append(MerkleHash.ofLeaf(encoded), nodes);
    uncommitted.add(leaf);
    if (leaf.outcome() instanceof Outcome.Committed committed) {
      eventsSinceFlush += committed.events().size();
    }
  }

  /**
   * What a client is told of an execution; a retry gets the outcome of the first time, which may be
   * in the entry under way.
   */
  public Outcome outcome(Execution execution) {
    return switch (execution) {
      case Execution.Executed executed -> executed.leaf().outcome();
      case Execution.Rejected rejected -> rejected.refused();
      case Execution.Repeated repeated -> {
        long index = repeated.sequence() - applied.sequence() - 1;
        yield index >= 0
            ? uncommitted.get(Math.toIntExact(index)).outcome()
            : leaf(repeated.sequence()).leaf().outcome();
      }
    };
  }

  /**
   * Ends a log entry, also one without submissions: its leaves and its index are written together.
   *
   * @param index higher than the last one
   */
  public Applied commit(long term, long index) {
    requireUsable();
    Applied last = applied;
    if (index <= last.index() || term < last.term()) {
      throw fail(
          new IllegalStateException(
              "log went backwards: (term %d, index %d) after (%d, %d)"
                  .formatted(term, index, last.term(), last.index())));
    }
    Applied next =
        uncommitted.isEmpty()
            ? new Applied(
                term, index, last.sequence(), last.ledgerTime(), last.logRoot(), last.stateHash())
            : new Applied(
                term,
                index,
                ledger.sequence(),
                ledger.ledgerTime(),
                frontier.root(),
                ledger.hash());
    try {
      Meta.applied(batch, next);
      database.write(batch);
    } catch (RocksDBException e) {
      throw fail(e);
    }
    batch.clear();
    uncommitted.clear();
    applied = next;
    if (flush.isDone() && flushIsDue()) {
      flush = flushState();
    }
    compactIfDue();
    return next;
  }

  private boolean flushIsDue() {
    return applied.sequence() - flushedSequence >= options.leavesPerFlush()
        || eventsSinceFlush >= options.eventsPerFlush();
  }

  /** Lets history be forgotten as far as a transaction said, in the background. */
  private void compactIfDue() {
    long through = ledger.queries().compactedThrough();
    if (through > compactedThrough) {
      compactedThrough = through;
      flush = flushState();
      compaction = compactor.compact(through, ledger.reader(), flush);
    }
  }

  /**
   * Completes when history is compacted as far as transactions have said until now, with what is
   * then forgotten; fails with {@link StoreFailedException}. A store that is closed meanwhile goes
   * on when it is opened again. Any thread.
   */
  public CompletableFuture<Optional<Compaction>> compaction() {
    return compaction.copy();
  }

  /**
   * Brings the state on disk up to the last commit, in the background. Between entries only.
   *
   * @return what is durable then; it fails with {@link StoreFailedException}
   */
  public CompletableFuture<Applied> flushState() {
    requireBetweenEntries();
    flushedSequence = applied.sequence();
    eventsSinceFlush = 0;
    return flusher.flush(ledger.image(), applied);
  }

  /**
   * Copies the store, in the background, to a directory that does not exist yet and that appears
   * when the copy is whole and durable. Files are shared where the file system is the same. Open
   * the copy as any store. Between entries only.
   *
   * @return how far the copy has come: at least as far as now; so far the store itself is durable
   *     too
   */
  public CompletableFuture<Applied> checkpoint(Path to) {
    requireBetweenEntries();
    if (Files.exists(to)) {
      throw new IllegalArgumentException("a checkpoint needs a new directory: " + to + " exists");
    }
    flushedSequence = applied.sequence();
    eventsSinceFlush = 0;
    return flusher.checkpoint(ledger.image(), to, options);
  }

  private void requireBetweenEntries() {
    requireUsable();
    if (!uncommitted.isEmpty()) {
      throw new IllegalStateException(
          "%d leaves wait for their commit".formatted(uncommitted.size()));
    }
  }

  /** See {@link AuditLog#leaf}. */
  public AuditLeaf leaf(long sequence) {
    return log.leaf(sequence);
  }

  /** See {@link AuditLog#leaves}. */
  public List<AuditLeaf> leaves(long from, int most) {
    return log.leaves(from, most);
  }

  /** See {@link AuditLog#rootAt}. */
  public MerkleHash rootAt(long sequence) {
    return log.rootAt(sequence);
  }

  /** Proofs, verification and replay, while the store goes on. */
  public AuditLog audit() {
    return log;
  }

  /** Sequence of the last state that went to the disk, or is on its way there. */
  long flushedSequence() {
    return flushedSequence;
  }

  /** Records of a family that are in memory only, about. */
  long unflushed(Family family) throws RocksDBException {
    return database.unflushed(family);
  }

  /**
   * The first error while writing, in the background too: nothing is written after it. Any thread.
   */
  public Optional<StoreFailedException> failure() {
    return Optional.ofNullable(failure);
  }

  private void requireUsable() {
    StoreFailedException first = failure;
    if (first != null) {
      throw new StoreFailedException("the store has failed before: " + first.getMessage(), first);
    }
  }

  private StoreFailedException fail(Throwable cause) {
    StoreFailedException first =
        new StoreFailedException(
            "%s after %s: %s".formatted(database.directory(), applied, cause), cause);
    if (failure == null) {
      failure = first;
    }
    return first;
  }

  /**
   * Ends the store: waits for a flush under way, breaks off a compaction; an entry that is not
   * committed is dropped.
   */
  @Override
  public void close() {
    compactor.close();
    flusher.close();
    database.close();
  }
}
