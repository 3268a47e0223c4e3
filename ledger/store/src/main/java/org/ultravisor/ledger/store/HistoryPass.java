package org.ultravisor.ledger.store;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;
import org.ultravisor.ledger.store.merkle.MerkleHash;
import org.ultravisor.ledger.store.merkle.MerkleTree;

/**
 * Reads once the leaves that are about to be forgotten: rebuilds the state at their end, from the
 * last checkpoint or from nothing, and writes the rows of their hashes. Whatever does not fit, a
 * state hash or a Merkle node, ends it before anything is lost. One thread, once.
 */
final class HistoryPass {
  private static final int ROWS_AT_ONCE = 32;

  private final Database database;
  private final LeafTable leaves;
  private final MerkleTable nodes;
  private final long through;
  private final Ledger ledger;
  private final MerkleFrontier frontier;
  private final ByteBuffer row = ByteBuffer.allocate(LeafHashes.ROW * MerkleHash.BYTES);
  private final Batch batch;
  private int rowsInBatch;

  /** Sequence of the next leaf. */
  private long next;

  private HistoryPass(
      Database database,
      LeafTable leaves,
      MerkleTable nodes,
      @Nullable Compaction before,
      long through,
      Batch batch)
      throws RocksDBException {
    this.database = database;
    this.leaves = leaves;
    this.nodes = nodes;
    this.through = through;
    this.batch = batch;
    ledger = before == null ? new Ledger() : new CheckpointTable(database).load(before);
    next = before == null ? 1 : before.through();
    frontier = new MerkleFrontier(next - 1, nodes);
    int begun = (int) ((next - 1) % LeafHashes.ROW) * MerkleHash.BYTES;
    byte[] hashes = begun == 0 ? null : new LeafHashes(database).row((next - 1) / LeafHashes.ROW);
    if (hashes != null) {
      row.put(hashes, 0, begun);
    } else if (begun > 0) {
      throw new StoreCorruptedException(
          "%s: the hash of compacted leaf %d is missing".formatted(database.directory(), next - 1));
    }
  }

  /**
   * Does it all.
   *
   * @param before the last compaction; null if there was none
   * @param through its state is rebuilt; leaves below it get rows
   * @param stop asked now and then
   * @return null if it was stopped
   */
  static @Nullable Ledger run(
      Database database,
      LeafTable leaves,
      MerkleTable nodes,
      @Nullable Compaction before,
      long through,
      BooleanSupplier stop)
      throws RocksDBException {
    Batch batch = database.batch();
    return new HistoryPass(database, leaves, nodes, before, through, batch).run(stop);
  }

  private @Nullable Ledger run(BooleanSupplier stop) throws RocksDBException {
    Replay replay = new Replay(ledger, ReplayMode.EVENTS);
    try (LeafReader reader = new LeafReader(leaves, next, through)) {
      for (List<LeafReader.Read> some = reader.next(); !some.isEmpty(); some = reader.next()) {
        if (stop.getAsBoolean()) {
          return null;
        }
        for (LeafReader.Read read : some) {
          // The last checkpoint holds the effects of its own leaf.
          Difference difference = next > ledger.sequence() ? replay.next(read.leaf()) : null;
          if (difference != null) {
            throw new StoreCorruptedException(database.directory() + ", " + difference);
          }
          if (next < through) {
            keep(read.hash());
          }
          next++;
        }
      }
    }
    write();
    require("root", new MerkleTree(nodes).rootAt(through - 1), frontier.root());
    return ledger;
  }

  private void keep(MerkleHash hash) throws RocksDBException {
    row.put(hash.bytes());
    if (!row.hasRemaining()) {
      LeafHashes.put(batch, (next - 1) / LeafHashes.ROW, row.array());
      row.clear();
      if (++rowsInBatch == ROWS_AT_ONCE) {
        write();
      }
    }
    frontier.append(
        hash,
        (level, index, node) -> {
          if (level >= LeafHashes.ROW_LEVEL) {
            require("node (%d, %d)".formatted(level, index), nodes.node(level, index), node);
          }
        });
  }

  private void require(String what, MerkleHash stored, MerkleHash computed) {
    if (!stored.equals(computed)) {
      throw new StoreCorruptedException(
          "%s, Merkle %s: %s is stored, the leaves give %s"
              .formatted(database.directory(), what, stored, computed));
    }
  }

  /** Writes the full rows; at the end also what there is of the last. */
  private void write() throws RocksDBException {
    if (next > through && row.position() > 0) {
      byte[] begun = new byte[row.position()];
      row.get(0, begun);
      LeafHashes.put(batch, (through - 2) / LeafHashes.ROW, begun);
    }
    database.write(batch);
    batch.clear();
    rowsInBatch = 0;
  }
}
