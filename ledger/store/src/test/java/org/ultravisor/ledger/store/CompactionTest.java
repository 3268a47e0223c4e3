package org.ultravisor.ledger.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.Entry;
import org.ultravisor.ledger.codec.Fingerprint;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.StateRecord;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/** History that was compacted is gone from the disk, and all else is as it was. */
class CompactionTest {
  private static final StoreOptions OPTIONS = StoreOptions.DEFAULT;

  /** The client wants the answers to its last 64 requests. */
  private static final long STILL_WANTED = 64;

  @TempDir Path temp;
  private final Workload workload = new Workload(11, 8);

  private Path dir() {
    return temp.resolve("store");
  }

  /** Compacts in an entry of its own; the session is the workload's. */
  static Outcome compact(LedgerStore store, long through) {
    long index = store.applied().index() + 1;
    Transaction transaction =
        new Transaction(
            1,
            2 + index * 8,
            Math.max(1, 2 + index * 8 - STILL_WANTED),
            "operator",
            List.of(),
            List.of(new Operation.Compact(through)));
    Outcome outcome =
        store.outcome(
            store.apply(
                store.applied().ledgerTime(),
                Submission.local(transaction, Fingerprint.of(transaction))));
    store.commit(store.applied().term(), index);
    return outcome;
  }

  private static Compaction done(LedgerStore store) {
    return store.compaction().join().orElseThrow();
  }

  private static void verify(AuditLog log) {
    for (AuditDepth depth : AuditDepth.values()) {
      AuditReport report = log.verify(depth, checked -> {});
      assertTrue(report.good(), report::toString);
      assertEquals(log.applied().sequence(), report.leaves());
      assertEquals(log.applied().logRoot(), report.logRoot());
      assertEquals(log.compaction(), report.compaction());
    }
  }

  @Test
  void hashesStayAndLeavesGo() {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      workload.run(store, 750);
      List<AuditLeaf> leaves = store.leaves(1, 10_000);
      List<MerkleHash> roots = new ArrayList<>();
      for (AuditLeaf leaf : leaves) {
        roots.add(store.rootAt(leaf.sequence()));
      }
      // Two full rows of hashes and a part of the third.
      long through = 2500;
      assertInstanceOf(Outcome.Committed.class, compact(store, through));
      Compaction compaction = done(store);
      assertEquals(through, compaction.through());
      assertEquals(through - 1, compaction.dropped());
      assertEquals(leaves.get((int) through - 1).stateHash(), compaction.stateHash());
      workload.run(store, 770);
      verify(store.audit());
      for (int i = 0; i < leaves.size(); i += 7) {
        AuditLeaf leaf = leaves.get(i);
        long sequence = leaf.sequence();
        assertEquals(roots.get((int) sequence - 1), store.rootAt(sequence));
        assertTrue(
            store
                .audit()
                .inclusion(sequence, leaves.size())
                .provesUnder(roots.get(leaves.size() - 1)),
            "leaf " + sequence);
        if (sequence < through) {
          HistoryCompactedException gone =
              assertThrows(HistoryCompactedException.class, () -> store.leaf(sequence));
          assertEquals(through, gone.first());
        } else {
          assertEquals(leaf, store.leaf(sequence));
        }
      }
      // Nodes over both: leaves that are gone and leaves that are kept.
      for (long size = through - 20; size < through + 20; size++) {
        assertEquals(roots.get((int) size - 1), store.rootAt(size), "root at " + size);
      }
      assertThrows(HistoryCompactedException.class, () -> store.leaves(1, 10));
      assertEquals(leaves.get((int) through - 1), store.leaves(through, 1).getFirst());
    }
    try (AuditLog log = AuditLog.open(dir(), OPTIONS)) {
      verify(log);
    }
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      store.ledger().checkInvariants();
      verify(store.audit());
    }
  }

  /** Stores once had nodes over two, four and eight leaves. */
  @Test
  void lowNodesWrittenBeforeAreNotLookedAtAndGo() throws Exception {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      workload.run(store, 750);
    }
    byte[] first = MerkleTable.key(1, 0);
    Forgery.change(dir(), batch -> batch.put(Family.MERKLE, first, MerkleHash.EMPTY.bytes()));
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      verify(store.audit());
      assertTrue(store.audit().inclusion(2, 3).provesUnder(store.rootAt(3)));
      compact(store, 2500);
      done(store);
    }
    try (Database database = Database.open(dir(), OPTIONS, Database.Mode.READ_ONLY)) {
      assertNull(database.get(Family.MERKLE, first));
    }
  }

  @Test
  void replayBeginsAtTheCheckpoint() {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      workload.run(store, 100);
      long through = store.applied().sequence() - 50;
      List<AuditLeaf> leaves = store.leaves(1, 10_000);
      compact(store, through);
      done(store);
      for (ReplayMode mode : ReplayMode.values()) {
        for (long sequence = through; sequence <= leaves.size(); sequence += 7) {
          assertEquals(
              leaves.get((int) sequence - 1).stateHash(),
              store.audit().replayTo(sequence, mode).hash());
        }
        HistoryCompactedException gone =
            assertThrows(
                HistoryCompactedException.class, () -> store.audit().replayTo(through - 1, mode));
        assertTrue(
            String.valueOf(gone.getMessage())
                .contains("the first that can be read and replayed is " + through),
            gone::toString);
      }
    }
  }

  /** As it is given to others, page by page. */
  @Test
  void aCheckpointInPages() {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      workload.run(store, 100);
      compact(store, 250);
      Compaction compaction = done(store);
      for (int bytes : new int[] {1, 500, 1 << 20}) {
        List<StateRecord> all = new ArrayList<>();
        byte[] after = {};
        for (List<StateRecord> page = store.audit().checkpoint(compaction, after, bytes);
            !page.isEmpty();
            page = store.audit().checkpoint(compaction, after, bytes)) {
          all.addAll(page);
          byte[] key = page.getLast().key();
          after = new byte[1 + key.length];
          after[0] = (byte) page.getLast().table();
          System.arraycopy(key, 0, after, 1, key.length);
        }
        assertEquals(compaction.records(), all.size());
        assertEquals(compaction.stateHash(), compaction.restore(all.iterator()).hash());
        all.removeLast();
        assertThrows(IllegalStateException.class, () -> compaction.restore(all.iterator()));
      }
      compact(store, 251);
      done(store);
      assertThrows(
          HistoryCompactedException.class,
          () -> store.audit().checkpoint(compaction, new byte[0], 1));
    }
  }

  @Test
  void againAndAgain() {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      for (int round = 1; round <= 7; round++) {
        workload.run(store, round * 107L);
        long through = store.applied().sequence() - 3;
        compact(store, through);
        assertEquals(through, done(store).through());
        verify(store.audit());
        assertEquals(
            new Outcome.Committed(store.applied().sequence() + 1, List.of()),
            compact(store, through - 1),
            "what is compacted already is nothing to do");
      }
      assertTrue(store.applied().sequence() > 2048, "several rows of hashes");
    }
  }

  /** An answer that a session may ask for again is kept, and told again instead of executed. */
  @Test
  void aRetryOfACompactedRequestHasItsOutcome() {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      workload.run(store, 50);
      Entry last = workload.entry(50);
      List<Outcome> outcomes = outcomes(store, last);
      compact(store, store.applied().sequence());
      Compaction compaction = done(store);
      assertTrue(compaction.dropped() < compaction.through() - 1, "some are kept");
      long before = store.applied().sequence();
      for (Submission submission : last.submissions()) {
        assertInstanceOf(Execution.Repeated.class, store.apply(last.ledgerTime(), submission));
      }
      assertEquals(outcomes, outcomes(store, last));
      assertEquals(before, store.applied().sequence());
      verify(store.audit());

      // As the client goes on and no longer wants them, the next compaction lets them go.
      workload.run(store, 90);
      compact(store, before);
      compact(store, before + 1);
      assertEquals(before, done(store).dropped());
      verify(store.audit());
    }
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      verify(store.audit());
    }
  }

  private static List<Outcome> outcomes(LedgerStore store, Entry entry) {
    return entry.submissions().stream()
        .map(submission -> store.outcome(store.apply(entry.ledgerTime(), submission)))
        .toList();
  }

  /** Replicas that compact at other times, or were down, are the same in all that counts. */
  @Test
  void theCheckpointIsTheSameOnEveryReplica() {
    Workload compacting = workload.compacting();
    Applied end;
    Optional<Compaction> all;
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      compacting.run(store, 150);
      end = store.applied();
      all = store.compaction().join();
    }
    try (LedgerStore other = LedgerStore.open(temp.resolve("other"), OPTIONS)) {
      for (long index = 0; index <= 150; index++) {
        compacting.step(other, index);
        other.compaction().join();
      }
      assertEquals(end, other.applied());
      assertEquals(
          all.orElseThrow().commitment(), done(other).commitment(), "of the last checkpoint");
      verify(other.audit());
    }
  }

  /** What Raft sends to a replica that has fallen behind. */
  @Test
  void aCopyHasTheCheckpoint() {
    Path copy = temp.resolve("copy");
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      workload.run(store, 100);
      compact(store, 300);
      Compaction compaction = done(store);
      store.checkpoint(copy).join();
      try (LedgerStore copied = LedgerStore.open(copy, OPTIONS)) {
        assertEquals(store.applied(), copied.applied());
        assertEquals(Optional.of(compaction), copied.audit().compaction());
        verify(copied.audit());
        compact(copied, 350);
        assertEquals(350, done(copied).through());
        verify(copied.audit());
      }
    }
  }

  /** The store as it is on disk at each stage is a good one, and goes on from there. */
  @Test
  void anInterruptedCompactionGoesOn() {
    Workload compacting = workload.compacting();
    for (Compactor.Stage stage : Compactor.Stage.values()) {
      Path directory = temp.resolve("at-" + stage);
      Path copy = temp.resolve("copy-" + stage);
      Applied end;
      Compaction last;
      try (LedgerStore store =
          LedgerStore.open(
              directory,
              OPTIONS,
              reached -> {
                if (reached == stage) {
                  throw new IllegalStateException("stopped at " + stage);
                }
              })) {
        workload.run(store, 60);
        compact(store, 200);
        assertThrows(RuntimeException.class, () -> store.compaction().join());
        assertThrows(StoreFailedException.class, () -> workload.step(store, 62));
      }
      try (AuditLog log = AuditLog.open(directory, OPTIONS)) {
        verify(log);
      }
      try (LedgerStore store = LedgerStore.open(directory, OPTIONS)) {
        assertEquals(200, done(store).through());
        compacting.run(store, 80);
        verify(store.audit());
        end = store.applied();
        store.checkpoint(copy).join();
        last = done(store);
        assertTrue(last.through() >= 200);
      }
      try (AuditLog log = AuditLog.open(copy, OPTIONS)) {
        assertEquals(end, log.applied());
        verify(log);
      }
    }
  }
}
