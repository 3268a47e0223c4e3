package org.ultravisor.ledger.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.Entry;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Submission;

class LedgerStoreTest {
  private static final StoreOptions OPTIONS = StoreOptions.DEFAULT.withLeavesPerFlush(200);

  @TempDir Path temp;
  private final Workload workload = new Workload(7, 8);

  private Path dir() {
    return temp.resolve("store");
  }

  @Test
  void whatWasCommittedIsThereAfterAClose() {
    Applied last;
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      assertEquals(Applied.NO_INDEX, store.applied().index());
      assertEquals(0, store.applied().sequence());
      workload.run(store, 100);
      last = store.applied();
      assertEquals(100, last.index());
      assertEquals(2, last.term());
      assertEquals(store.ledger().hash(), last.stateHash());
      assertEquals(store.rootAt(last.sequence()), last.logRoot());
    }
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      assertEquals(last, store.applied());
      assertEquals(last.stateHash(), store.ledger().hash());
      assertEquals(last.sequence(), store.ledger().sequence());
      store.ledger().checkInvariants();
      workload.run(store, 150);
      AuditReport report = store.audit().verify(AuditDepth.DECISIONS, checked -> {});
      assertTrue(report.good(), report::toString);
      assertEquals(store.applied().logRoot(), report.logRoot());
    }
  }

  @Test
  void anEntryWithoutSubmissionsMovesTheIndexAlone() {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      Applied before = workload.step(store, 0);
      Applied after = store.commit(9, 5);
      assertEquals(
          new Applied(
              9, 5, before.sequence(), before.ledgerTime(), before.logRoot(), before.stateHash()),
          after);
    }
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      assertEquals(5, store.applied().index());
    }
  }

  @Test
  void everyTransactionIsALeafAndRefusedOnesToo() {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      List<Outcome> outcomes = new ArrayList<>();
      for (long index = 0; index < 60; index++) {
        Entry entry = workload.entry(index);
        for (Submission submission : entry.submissions()) {
          Execution execution = store.apply(entry.ledgerTime(), submission);
          Outcome outcome = store.outcome(execution);
          if (execution instanceof Execution.Repeated) {
            assertTrue(outcomes.contains(outcome), "a retry has the outcome of the first time");
          } else {
            outcomes.add(outcome);
          }
        }
        store.commit(1, index);
      }
      List<Outcome> kept =
          store.leaves(1, 10_000).stream().map(leaf -> leaf.leaf().outcome()).toList();
      assertEquals(outcomes, kept);
      assertTrue(kept.stream().anyMatch(Outcome.Refused.class::isInstance), "some are refused");
      for (AuditLeaf leaf : store.leaves(1, 10_000)) {
        assertEquals(leaf, store.leaf(leaf.sequence()));
      }
      assertEquals(2, store.leaves(5, 2).size());
      assertTrue(store.leaves(kept.size() + 1L, 2).isEmpty());
      assertThrows(IllegalArgumentException.class, () -> store.leaf(kept.size() + 1L));
      assertThrows(IllegalArgumentException.class, () -> store.leaf(0));
    }
  }

  @Test
  void rootAndStateHashAreKnownAtEverySequence() {
    List<Applied> history = new ArrayList<>();
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      for (long index = 0; index < 40; index++) {
        history.add(workload.step(store, index));
      }
      for (Applied then : history) {
        assertEquals(then.logRoot(), store.rootAt(then.sequence()));
        if (then.sequence() > 0) {
          assertEquals(then.stateHash(), store.leaf(then.sequence()).stateHash());
          assertTrue(
              store
                  .audit()
                  .inclusion(then.sequence(), store.applied().sequence())
                  .provesUnder(store.applied().logRoot()));
        }
      }
      for (ReplayMode mode : ReplayMode.values()) {
        Applied then = history.get(20);
        assertEquals(then.stateHash(), store.audit().replayTo(then.sequence(), mode).hash());
      }
    }
  }

  @Test
  void oneDirectoryHasOneWriter() {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      assertThrows(StoreInUseException.class, () -> LedgerStore.open(dir(), OPTIONS));
      workload.step(store, 0);
    }
  }

  @Test
  void aStoreOfAnotherLedgerIsRefused() {
    LedgerStore.open(dir(), OPTIONS).close();
    StoreCorruptedException e =
        assertThrows(
            StoreCorruptedException.class,
            () -> LedgerStore.open(dir(), OPTIONS.withIdentity("other")));
    assertTrue(String.valueOf(e.getMessage()).contains("'other' expected, found 'ultravisor'"));
  }

  @Test
  void aDirectoryOfSomethingElseIsRefusedAndLeftAlone() throws Exception {
    Files.createDirectory(dir());
    Files.writeString(dir().resolve("letter.txt"), "dear");
    assertThrows(StoreCorruptedException.class, () -> LedgerStore.open(dir(), OPTIONS));
    assertEquals("dear", Files.readString(dir().resolve("letter.txt")));
  }

  @Test
  void anUnfinishedCreationIsDoneAgain() throws Exception {
    Path unfinished = temp.resolve("store.unfinished");
    Files.createDirectory(unfinished);
    Files.writeString(unfinished.resolve("CURRENT"), "MANIFEST-000001\n");
    LedgerStore.open(dir(), OPTIONS).close();
    assertFalse(Files.exists(unfinished));
  }

  @Test
  void aLogThatGoesBackwardsEndsTheStore() {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      workload.run(store, 3);
      assertThrows(StoreFailedException.class, () -> store.commit(1, 3));
      assertThrows(StoreFailedException.class, () -> store.commit(1, 4));
      Submission submission = workload.entry(0).submissions().getFirst();
      StoreFailedException e =
          assertThrows(StoreFailedException.class, () -> store.apply(1, submission));
      assertTrue(String.valueOf(e.getMessage()).contains("log went backwards"), e::getMessage);
    }
  }

  @Test
  void nothingIsFlushedOrCopiedInTheMiddleOfAnEntry() {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      Entry entry = workload.entry(0);
      assertInstanceOf(
          Execution.Executed.class,
          store.apply(entry.ledgerTime(), entry.submissions().getFirst()));
      assertThrows(IllegalStateException.class, store::flushState);
      assertThrows(IllegalStateException.class, () -> store.checkpoint(temp.resolve("copy")));
      store.commit(1, 0);
      assertEquals(0, store.flushState().join().index());
    }
  }

  @Test
  void aCheckpointTakenWhileApplyingGoesOnByItself() {
    Path copy = temp.resolve("copies/one");
    Applied copied;
    Applied end;
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      workload.run(store, 50);
      var coming = store.checkpoint(copy);
      workload.run(store, 200);
      copied = coming.join();
      end = store.applied();
      assertTrue(copied.index() >= 50 && copied.index() <= 200, copied::toString);
      assertThrows(IllegalArgumentException.class, () -> store.checkpoint(copy));
      try (AuditLog offline = AuditLog.open(copy, OPTIONS)) {
        assertEquals(copied, offline.applied());
        assertEquals(store.rootAt(copied.sequence()), offline.rootAt(copied.sequence()));
        assertTrue(offline.verify(AuditDepth.DECISIONS, checked -> {}).good());
      }
    }
    try (LedgerStore store = LedgerStore.open(copy, OPTIONS)) {
      assertEquals(copied, store.applied());
      workload.run(store, 200);
      assertEquals(end, store.applied());
    }
  }

  @Test
  void readersSeeWhatIsCommittedWhileItGrows() throws Exception {
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS);
        ExecutorService readers = Executors.newFixedThreadPool(2)) {
      workload.run(store, 5);
      List<Future<?>> reading = new ArrayList<>();
      for (int reader = 0; reader < 2; reader++) {
        reading.add(
            readers.submit(
                () -> {
                  for (Applied now = store.applied(); now.index() < 150; now = store.applied()) {
                    assertEquals(now.logRoot(), store.rootAt(now.sequence()));
                    assertEquals(now.stateHash(), store.leaf(now.sequence()).stateHash());
                    AuditReport report = store.audit().verify(AuditDepth.HASHES, checked -> {});
                    assertTrue(report.good(), report::toString);
                  }
                }));
      }
      workload.run(store, 150);
      for (Future<?> one : reading) {
        one.get();
      }
    }
  }

  @Test
  void aClosedStoreSaysSo() {
    LedgerStore store = LedgerStore.open(dir(), OPTIONS);
    workload.run(store, 5);
    store.close();
    assertThrows(IllegalStateException.class, () -> store.leaf(1));
    assertThrows(IllegalStateException.class, () -> store.rootAt(3));
  }

  @Test
  void theSameLogGivesTheSameHashesOnEveryStore() {
    Applied one;
    try (LedgerStore store = LedgerStore.open(dir(), OPTIONS)) {
      workload.run(store, 120);
      one = store.applied();
    }
    try (LedgerStore store =
        LedgerStore.open(temp.resolve("other"), OPTIONS.withLeavesPerFlush(10))) {
      workload.run(store, 120);
      assertEquals(one, store.applied());
    }
  }
}
