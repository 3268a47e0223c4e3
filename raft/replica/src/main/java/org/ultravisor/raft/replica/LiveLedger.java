package org.ultravisor.raft.replica;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.codec.Entry;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.LedgerReader;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.store.Applied;
import org.ultravisor.ledger.store.DurableFiles;
import org.ultravisor.ledger.store.LedgerStore;
import org.ultravisor.ledger.store.StoreFailedException;
import org.ultravisor.ledger.store.StoreOptions;

/**
 * The ledger that is live now. It belongs to the apply thread; others get in between two entries,
 * for as long as it takes to take an unchanging reader. Installing a snapshot replaces it whole.
 */
final class LiveLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveLedger.class);

  private final Path directory;
  private final StoreOptions options;
  private final RulesGuard rules;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable LedgerStore store; // replaced under the lock
  private volatile long deadline = Ticker.Due.NEVER; // of the live ledger
  private volatile @Nullable Applied applied; // the store's, or the last one's after its end

  LiveLedger(Path directory, StoreOptions options, RulesGuard rules) {
    this.directory = directory;
    this.options = options;
    this.rules = rules;
  }

  /** What an entry did: an outcome for each submission, and the new leaves. */
  record Done(List<Outcome> outcomes, List<Leaf> leaves) {}

  /**
   * Opens the store; if a snapshot is newer than what it holds (an installation was interrupted),
   * the snapshot takes its place first.
   */
  void open(Optional<Path> newestSnapshot, TermIndex snapshotPosition) throws IOException {
    Path unfinished = unfinished();
    DurableFiles.deleteTree(unfinished);
    if (newestSnapshot.isPresent() && !Files.exists(directory)) {
      install(newestSnapshot.get());
      return;
    }
    openStore();
    if (newestSnapshot.isPresent() && position().getIndex() < snapshotPosition.getIndex()) {
      LOG.info("{} ends at {}, before {}", directory, position(), newestSnapshot.get());
      install(newestSnapshot.get());
    }
  }

  /** Puts a copy of a snapshot in the store's place; a crash on the way is finished by open. */
  void install(Path snapshot) throws IOException {
    Path unfinished = unfinished();
    DurableFiles.deleteTree(unfinished);
    Files.createDirectories(unfinished);
    for (Path file : SnapshotStorage.files(snapshot)) {
      copy(file, unfinished.resolve(file.getFileName()));
    }
    DurableFiles.syncNames(unfinished);
    lock.lock();
    try {
      close();
      DurableFiles.deleteTree(directory);
      DurableFiles.publish(unfinished, directory);
      openStore();
    } finally {
      lock.unlock();
    }
    LOG.info("The ledger is now that of {}", snapshot);
  }

  private void openStore() {
    LedgerStore opened = LedgerStore.open(directory, options);
    store = opened;
    applied = opened.applied();
    deadline = nextDeadline(opened);
    rules.restart(opened.ledger());
  }

  private Path unfinished() {
    return directory.resolveSibling(directory.getFileName() + ".new");
  }

  /** Table files never change, so the snapshot may share them; all others are copied. */
  private static void copy(Path from, Path to) throws IOException {
    if (from.toString().endsWith(".sst")) {
      Files.createLink(to, from);
    } else {
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }
    try (FileChannel file = FileChannel.open(to, StandardOpenOption.WRITE)) {
      file.force(true);
    }
  }

  /** Applies a committed entry and writes it, with its position, in one batch. */
  Done apply(TermIndex position, Entry entry) {
    List<Submission> submissions = entry.submissions();
    List<Outcome> outcomes = new ArrayList<>(submissions.size());
    List<Leaf> leaves = new ArrayList<>(submissions.size());
    lock.lock();
    try {
      LedgerStore live = store();
      for (int i = 0; i < submissions.size(); i++) {
        live.ledger().prefetch(submissions, i);
        Execution execution = live.apply(entry.ledgerTime(), submissions.get(i));
        rules.requireKnown(live.ledger().queries());
        outcomes.add(live.outcome(execution));
        if (execution instanceof Execution.Executed executed) {
          leaves.add(executed.leaf());
        }
      }
      applied = live.commit(position.getTerm(), position.getIndex());
      deadline = nextDeadline(live);
    } finally {
      lock.unlock();
    }
    return new Done(outcomes, leaves);
  }

  /** Notes that an entry without transactions (of Raft's own) is applied. */
  void skip(TermIndex position) {
    lock.lock();
    try {
      applied = store().commit(position.getTerm(), position.getIndex());
    } finally {
      lock.unlock();
    }
  }

  /** Copies the store, in the background, to a directory that does not exist yet. Any thread. */
  CompletableFuture<TermIndex> checkpoint(Path to) {
    lock.lock();
    try {
      return store()
          .checkpoint(to)
          .thenApply(copied -> TermIndex.valueOf(copied.term(), copied.index()));
    } finally {
      lock.unlock();
    }
  }

  /** How far the ledger has come; after the end, how far it had. Any thread. */
  Applied applied() {
    Applied now = applied;
    if (now == null) {
      throw new IllegalStateException("the store in " + directory + " was never open");
    }
    return now;
  }

  /** The error that ended the live store's use, if there was one. Any thread. */
  Optional<StoreFailedException> failure() {
    LedgerStore live = store;
    return live == null ? Optional.empty() : live.failure();
  }

  /** What times out next. Any thread. */
  Ticker.Due due() {
    return new Ticker.Due(deadline, applied().ledgerTime());
  }

  private static long nextDeadline(LedgerStore live) {
    return live.ledger().queries().nextDeadline().orElse(Ticker.Due.NEVER);
  }

  /** The last applied entry. Any thread. */
  TermIndex position() {
    Applied now = applied();
    return TermIndex.valueOf(now.term(), now.index());
  }

  /** The live ledger, for the apply thread. */
  Ledger ledger() {
    return store().ledger();
  }

  LedgerStore store() {
    LedgerStore live = store;
    if (live == null) {
      throw new IllegalStateException("the store in " + directory + " is not open");
    }
    return live;
  }

  /** An unchanging reader of the state after the last applied entry. Any thread; the caller's. */
  LedgerReader reader() {
    lock.lock();
    try {
      return ledger().reader();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      LedgerStore live = store;
      store = null;
      if (live != null) {
        live.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
