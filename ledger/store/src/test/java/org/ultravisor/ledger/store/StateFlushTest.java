package org.ultravisor.ledger.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.core.StateImage;

/** Flushing the state costs those who commit meanwhile nothing that grows with the state. */
class StateFlushTest {
  @TempDir Path temp;

  /** What commits write goes through memory that they share; the state's records do not. */
  @Test
  void recordsOfTheStateDoNotPassThroughTheCommitsMemory() throws Exception {
    Path directory = temp.resolve("store");
    Workload workload = new Workload(11, 32);
    try (LedgerStore store = LedgerStore.open(directory, StoreOptions.DEFAULT)) {
      for (int round = 1; round <= 3; round++) {
        workload.run(store, round * 50L);
        assertEquals(0, store.unflushed(Family.STATE));
        assertTrue(store.unflushed(Family.LEAVES) > 0, "commits are there");
        store.flushState().join();
        assertEquals(0, store.unflushed(Family.STATE));
        assertEquals(0, store.unflushed(Family.LEAVES));
      }
    }
    try (LedgerStore store = LedgerStore.open(directory, StoreOptions.DEFAULT)) {
      assertTrue(store.audit().verify(AuditDepth.DECISIONS, checked -> {}).good());
      store.ledger().checkInvariants();
    }
  }

  /**
   * Few leaves with many events are flushed as many leaves with few are: what is replayed counts.
   */
  @Test
  void manyEventsAreFlushed() throws Exception {
    Path directory = temp.resolve("store");
    StoreOptions options = StoreOptions.DEFAULT.withEventsPerFlush(40);
    Workload workload = new Workload(14, 16);
    try (LedgerStore store = LedgerStore.open(directory, options)) {
      for (int round = 1; store.flushedSequence() == 0; round++) {
        assertTrue(round < 60, "60 entries have more than 40 events");
        workload.run(store, round);
      }
      long events =
          store.leaves(1, (int) store.flushedSequence()).stream()
              .mapToLong(
                  leaf ->
                      leaf.leaf().outcome() instanceof Outcome.Committed committed
                          ? committed.events().size()
                          : 0)
              .sum();
      assertTrue(events >= 40, () -> events + " events");
    }
  }

  /** Changes come in the order of their keys, so that one file is enough. */
  @Test
  void aFlushIsOneFile() throws Exception {
    Path directory = temp.resolve("store");
    LedgerStore.open(directory, StoreOptions.DEFAULT).close();
    Workload workload = new Workload(12, 64);
    Ledger ledger = new Ledger();
    StateImage before = ledger.image();
    try (Database database = Database.open(directory, StoreOptions.DEFAULT, Database.Mode.OPEN)) {
      for (int index = 0; index < 40; index++) {
        var entry = workload.entry(index);
        entry.submissions().forEach(one -> ledger.execute(entry.ledgerTime(), one));
        StateImage now = ledger.image();
        try (StateFile file = database.stateFile()) {
          now.forEachChangedSince(before, file);
          List<String> files = file.finish(new Flushed(now.sequence(), now.hash()));
          assertEquals(1, files.size());
          AtomicLong changed = new AtomicLong();
          now.forEachChangedSince(before, (table, key, value) -> changed.incrementAndGet());
          assertEquals(changed.get() + 1, file.records());
        }
        before.close();
        before = now;
      }
    }
    before.close();
  }

  /** Files whose keys do not ascend: the later one counts. */
  @Test
  void keysOutOfOrderMakeAnotherFile() throws Exception {
    Path directory = temp.resolve("store");
    LedgerStore.open(directory, StoreOptions.DEFAULT).close();
    byte[] key = {7};
    try (Database database = Database.open(directory, StoreOptions.DEFAULT, Database.Mode.OPEN)) {
      try (StateFile file = database.stateFile()) {
        file.visit(100, key, new byte[] {1});
        file.visit(101, key, new byte[] {2});
        file.visit(100, key, new byte[] {3});
        file.visit(101, key, null);
        List<String> files = file.finish(new Flushed(0, StateHash.EMPTY));
        assertEquals(2, files.size());
        database.ingest(files);
      }
      byte[] kept = database.get(Family.STATE, StateTable.name(100, key));
      assertEquals(3, kept == null ? -1 : kept[0]);
      assertEquals(null, database.get(Family.STATE, StateTable.name(101, key)));
    }
  }

  @Test
  void aFileThatWasNeverTakenInIsForgotten() throws Exception {
    Path directory = temp.resolve("store");
    LedgerStore.open(directory, StoreOptions.DEFAULT).close();
    Path left = Files.writeString(directory.resolve("state-0.unfinished"), "half a file");
    LedgerStore.open(directory, StoreOptions.DEFAULT).close();
    assertFalse(Files.exists(left));
  }

  /** Format 1 said in the family meta which image the state is. */
  @Test
  void aStoreOfFormat1Opens() throws Exception {
    Path directory = temp.resolve("store");
    Workload workload = new Workload(13, 16);
    Applied applied;
    try (LedgerStore store = LedgerStore.open(directory, StoreOptions.DEFAULT)) {
      workload.run(store, 30);
      store.flushState().join();
      workload.run(store, 60);
      store.flushState().join();
      applied = store.applied();
    }
    Forgery.toFormat1(directory);
    try (AuditLog log = AuditLog.open(directory, StoreOptions.DEFAULT)) {
      assertTrue(log.verify(AuditDepth.DECISIONS, checked -> {}).good());
    }
    try (LedgerStore store = LedgerStore.open(directory, StoreOptions.DEFAULT)) {
      assertEquals(applied, store.applied());
      workload.run(store, 90);
      store.flushState().join();
      applied = store.applied();
    }
    try (LedgerStore store = LedgerStore.open(directory, StoreOptions.DEFAULT)) {
      assertEquals(applied, store.applied());
      assertTrue(store.audit().verify(AuditDepth.DECISIONS, checked -> {}).good());
    }
  }
}
