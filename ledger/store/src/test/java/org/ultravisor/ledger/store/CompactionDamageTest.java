package org.ultravisor.ledger.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.core.StateRecord;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/** Damages what is kept of compacted history, in good files; each is found, and named. */
class CompactionDamageTest {
  private static final StoreOptions OPTIONS = StoreOptions.DEFAULT;
  private static final int BITS = Integer.getInteger("ultravisor.damages", 40);

  @TempDir Path temp;

  private Path directory;
  private Compaction compaction;
  private List<AuditLeaf> leaves;

  /** One full row of hashes, a part of the second, some leaves that are still wanted. */
  @BeforeEach
  void write() {
    directory = temp.resolve("store");
    Workload workload = new Workload(13, 8);
    try (LedgerStore store = LedgerStore.open(directory, OPTIONS)) {
      workload.run(store, 400);
      leaves = new ArrayList<>(store.leaves(1, 10_000));
      CompactionTest.compact(store, store.applied().sequence());
      compaction = store.compaction().join().orElseThrow();
      workload.run(store, 420);
      store.flushState().join(); // so that a start does not meet the damage before others do
    }
    assertTrue(compaction.through() > LeafHashes.ROW + 100, "more than a row");
    assertTrue(compaction.dropped() < compaction.through() - 1, "some leaves are kept");
    assertTrue(verify(AuditDepth.DECISIONS).good());
  }

  private AuditReport verify(AuditDepth depth) {
    try (AuditLog log = AuditLog.open(directory, OPTIONS)) {
      return log.verify(depth, checked -> {});
    }
  }

  private void assertFound(String what) {
    Difference first = verify(AuditDepth.HASHES).firstDifference().orElseThrow();
    assertTrue(first.toString().contains(what), first::toString);
  }

  private static final class Row {
    final byte[] key;
    final byte[] value;

    Row(byte[] key, byte[] value) {
      this.key = key;
      this.value = value;
    }
  }

  private List<Row> checkpoint() throws RocksDBException {
    try (Database database = Database.open(directory, OPTIONS, Database.Mode.READ_ONLY)) {
      return database.scan(
          Family.STATE,
          CheckpointTable.key(compaction.through()),
          iterator -> {
            List<Row> rows = new ArrayList<>();
            for (; iterator.isValid(); iterator.next()) {
              rows.add(new Row(iterator.key(), iterator.value()));
            }
            return rows;
          });
    }
  }

  /** Every bit of the checkpoint counts. */
  @Test
  void aBitOfTheCheckpoint() throws Exception {
    Seed seed = Seed.choose();
    Random random = seed.random();
    List<Row> rows = checkpoint();
    assertEquals(compaction.records(), rows.size());
    try (Database database = Database.open(directory, OPTIONS, Database.Mode.OPEN)) {
      Batch batch = database.batch();
      CheckpointTable table = new CheckpointTable(database);
      for (int i = 0; i < BITS; i++) {
        Row row = rows.get(random.nextInt(rows.size()));
        byte[] damaged = row.value.clone();
        int bit = random.nextInt(damaged.length * 8);
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        put(database, batch, row.key, damaged);
        assertTrue(
            String.valueOf(table.difference(compaction)).contains("commitment to the checkpoint"),
            () -> "bit %d of a record; %s".formatted(bit, seed));
        assertThrows(StoreCorruptedException.class, () -> table.load(compaction), seed::toString);
        put(database, batch, row.key, row.value);
      }
      assertEquals(compaction.stateHash(), table.load(compaction).hash());
    }
  }

  private static void put(Database database, Batch batch, byte[] key, byte[] value)
      throws RocksDBException {
    batch.put(Family.STATE, key, value);
    database.write(batch);
    batch.clear();
  }

  @Test
  void aRecordMoreOrLess() throws Exception {
    List<Row> rows = checkpoint();
    Forgery.change(directory, batch -> batch.delete(Family.STATE, rows.getLast().key));
    assertFound("commitment to the checkpoint");
    try (AuditLog log = AuditLog.open(directory, OPTIONS)) {
      assertThrows(
          StoreCorruptedException.class,
          () -> log.replayTo(compaction.through(), ReplayMode.EVENTS));
    }
    byte[] more = Arrays.copyOf(rows.getLast().key, rows.getLast().key.length + 1);
    Forgery.change(
        directory,
        batch -> {
          batch.put(Family.STATE, rows.getLast().key, rows.getLast().value);
          batch.put(Family.STATE, more, rows.getLast().value);
        });
    assertFound("commitment to the checkpoint");
  }

  /** Someone who also rewrites the commitment still meets the hash in the leaf. */
  @Test
  void aCheckpointOfAnotherStateWithItsOwnCommitment() throws Exception {
    forgeCompaction(
        new Compaction(
            compaction.through(),
            compaction.dropped(),
            new StateHash(1, 2),
            compaction.records(),
            commitmentWith(new StateHash(1, 2))));
    Difference first = verify(AuditDepth.HASHES).firstDifference().orElseThrow();
    assertEquals("state hash of the checkpoint", first.what());
    assertEquals(compaction.through(), first.sequence());
    assertEquals("checkpoint", verify(AuditDepth.EVENTS).firstDifference().orElseThrow().what());
  }

  private String commitmentWith(StateHash hash) throws RocksDBException {
    CheckpointDigest digest = new CheckpointDigest(compaction.through(), hash);
    for (Row row : checkpoint()) {
      digest.add(
          new StateRecord(row.key[9], Arrays.copyOfRange(row.key, 10, row.key.length), row.value));
    }
    return digest.finish();
  }

  private void forgeCompaction(Compaction forged) throws RocksDBException {
    Forgery.change(directory, batch -> Meta.compacted(batch, forged));
  }

  @Test
  void anotherCommitment() throws Exception {
    forgeCompaction(
        new Compaction(
            compaction.through(),
            compaction.dropped(),
            compaction.stateHash(),
            compaction.records(),
            "00" + compaction.commitment().substring(2)));
    assertFound("commitment to the checkpoint");
  }

  @Test
  void aHashOfALeaf() throws Exception {
    for (long row = 0; row < 2; row++) {
      byte[] hashes = row(row);
      byte[] damaged = hashes.clone();
      damaged[40] ^= 1;
      long at = row;
      Forgery.change(directory, batch -> LeafHashes.put(batch, at, damaged));
      // Found where a node is complete that is still stored: over the row, or the lowest.
      assertFound("Merkle node (" + (row == 0 ? 10 : MerkleTable.LOWEST_STORED) + ", ");
      Forgery.change(directory, batch -> LeafHashes.put(batch, at, Arrays.copyOf(hashes, 32)));
      assertFound("row of leaf hashes");
      Forgery.change(directory, batch -> LeafHashes.put(batch, at, hashes));
    }
    assertTrue(verify(AuditDepth.DECISIONS).good());
  }

  private byte[] row(long row) throws RocksDBException {
    try (Database database = Database.open(directory, OPTIONS, Database.Mode.READ_ONLY)) {
      byte[] hashes = new LeafHashes(database).row(row);
      return hashes == null ? new byte[0] : hashes;
    }
  }

  @Test
  void aKeptLeafChangedOrLost() throws Exception {
    long kept = kept();
    Forgery.replaceLeaf(directory, kept, leaves.get(0));
    assertFound("hash of a kept leaf");
    Forgery.change(directory, batch -> batch.delete(Family.LEAVES, LeafTable.key(kept)));
    assertFound("leaves known by hash only");
    try (AuditLog log = AuditLog.open(directory, OPTIONS)) {
      assertThrows(HistoryCompactedException.class, () -> log.leaf(kept));
    }
  }

  /** A leaf below the checkpoint that is still there. */
  private long kept() {
    try (AuditLog log = AuditLog.open(directory, OPTIONS)) {
      for (long sequence = 1; sequence < compaction.through(); sequence++) {
        try {
          return log.leaf(sequence).sequence();
        } catch (HistoryCompactedException e) {
          assertEquals(compaction.through(), e.first());
        }
      }
    }
    throw new AssertionError("no leaf is kept");
  }

  @Test
  void theCheckpointsOwnLeafLost() throws Exception {
    Forgery.change(
        directory, batch -> batch.delete(Family.LEAVES, LeafTable.key(compaction.through())));
    assertFound("leaf " + compaction.through() + " is missing");
  }

  @Test
  void whatMetaSaysOfIt() throws Exception {
    byte[] name = "compacted".getBytes(StandardCharsets.UTF_8);
    Forgery.change(
        directory, batch -> batch.put(Family.META, name, Checksum.seal(new byte[] {1, 2})));
    StoreCorruptedException e =
        assertThrows(StoreCorruptedException.class, () -> LedgerStore.open(directory, OPTIONS));
    assertTrue(String.valueOf(e.getMessage()).contains("meta \"compacted\""), e::getMessage);
    Forgery.change(directory, batch -> batch.delete(Family.META, name));
    // It is taken for a log that has lost its first leaves.
    Difference first = verify(AuditDepth.HASHES).firstDifference().orElseThrow();
    assertEquals(1, first.sequence());
  }

  /** Nothing is forgotten that was damaged before: the store ends instead. */
  @Test
  void aChangedLeafIsNotCompacted() throws Exception {
    long victim = compaction.through() + 3;
    AuditLeaf good;
    try (AuditLog log = AuditLog.open(directory, OPTIONS)) {
      good = log.leaf(victim);
    }
    Forgery.replaceLeaf(directory, victim, new AuditLeaf(good.leaf(), new StateHash(3, 4)));
    compactAndFail(victim + 5, "state hash, by EVENTS");
  }

  @Test
  void leavesOfAnotherTreeAreNotCompacted() throws Exception {
    // An even node stands alone at the edge of the tree that ends with it.
    int level = MerkleTable.LOWEST_STORED;
    long node = ((compaction.through() >> level) + 2) & ~1L;
    Forgery.change(
        directory,
        batch -> batch.put(Family.MERKLE, MerkleTable.key(level, node), MerkleHash.EMPTY.bytes()));
    compactAndFail(((node + 1) << level) + 1, "Merkle root");
  }

  private void compactAndFail(long through, String why) {
    try (LedgerStore store = LedgerStore.open(directory, OPTIONS)) {
      CompactionTest.compact(store, through);
      CompletionException e =
          assertThrows(CompletionException.class, () -> store.compaction().join());
      assertTrue(e.toString().contains(why), e::toString);
    }
    try (AuditLog log = AuditLog.open(directory, OPTIONS)) {
      assertEquals(compaction, log.compaction().orElseThrow(), "nothing was forgotten");
      assertEquals(through, log.leaf(through).sequence());
    }
  }
}
