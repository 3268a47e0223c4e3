package org.ultravisor.ledger.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/** Someone with the disk in hand, who knows the format and gets every checksum right. */
final class Forgery {
  @FunctionalInterface
  interface Change {
    void make(Batch batch) throws RocksDBException;
  }

  private Forgery() {}

  static void change(Path directory, Change change) throws RocksDBException {
    try (Database database = Database.open(directory, StoreOptions.DEFAULT, Database.Mode.OPEN)) {
      Batch batch = database.batch();
      change.make(batch);
      database.write(batch);
      database.flush();
    }
  }

  /** Makes a store what a build that knew format 1 would have left. */
  static void toFormat1(Path directory) throws RocksDBException {
    try (Database database = Database.open(directory, StoreOptions.DEFAULT, Database.Mode.OPEN)) {
      byte[] flushed = StateTable.flushedValue(new StateTable(database).flushed());
      Batch batch = database.batch();
      batch.put(Family.META, "flushed".getBytes(US_ASCII), flushed);
      batch.delete(Family.STATE, StateTable.flushedKey());
      batch.putSealed(Family.META, "format".getBytes(US_ASCII), Meta.FORMAT_1.getBytes(US_ASCII));
      database.write(batch);
      database.flush();
    }
  }

  static void replaceLeaf(Path directory, long sequence, AuditLeaf leaf) throws RocksDBException {
    byte[] encoded = new LedgerCodec().encodeLeaf(leaf);
    change(directory, batch -> LeafTable.put(batch, sequence, encoded));
  }

  /** Replaces the whole log, with its Merkle tree and root. */
  static void replaceLog(Path directory, List<AuditLeaf> leaves, Applied before)
      throws RocksDBException {
    LedgerCodec codec = new LedgerCodec();
    change(
        directory,
        batch -> {
          MerkleFrontier frontier = new MerkleFrontier();
          for (AuditLeaf leaf : leaves) {
            byte[] encoded = codec.encodeLeaf(leaf);
            LeafTable.put(batch, leaf.sequence(), encoded);
            frontier.append(
                MerkleHash.ofLeaf(encoded),
                (level, index, hash) -> MerkleTable.put(batch, level, index, hash));
          }
          Meta.applied(
              batch,
              new Applied(
                  before.term(),
                  before.index(),
                  before.sequence(),
                  before.ledgerTime(),
                  frontier.root(),
                  leaves.getLast().stateHash()));
        });
  }

  /** The same leaves with the state hashes that follow from their events. */
  static List<AuditLeaf> rehash(List<AuditLeaf> leaves) {
    Ledger ledger = new Ledger();
    List<AuditLeaf> all = new ArrayList<>();
    for (AuditLeaf leaf : leaves) {
      ledger.replay(leaf.leaf());
      all.add(new AuditLeaf(leaf.leaf(), ledger.hash()));
    }
    return all;
  }
}
