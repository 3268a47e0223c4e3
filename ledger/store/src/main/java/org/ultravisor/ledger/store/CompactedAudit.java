package org.ultravisor.ledger.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/**
 * Checks what is known of compacted leaves, up to the first thing that is wrong: the rows of their
 * hashes against the nodes of the Merkle tree, the leaves still kept against the rows, the
 * checkpoint against its commitment. One thread, once.
 */
final class CompactedAudit {
  private final Database database;
  private final MerkleTable nodes;
  private final Compaction compaction;
  private final MerkleFrontier frontier;
  private final long count;
  private @Nullable Difference first;

  /**
   * @param frontier empty; is given the leaves' hashes
   */
  CompactedAudit(
      Database database, MerkleTable nodes, Compaction compaction, MerkleFrontier frontier) {
    this.database = database;
    this.nodes = nodes;
    this.compaction = compaction;
    this.frontier = frontier;
    this.count = compaction.through() - 1;
  }

  /** Gives the first difference, or null. */
  @Nullable Difference run() {
    try {
      LeafHashes hashes = new LeafHashes(database);
      for (long row = 0; first == null && row * LeafHashes.ROW < count; row++) {
        check(row, hashes.row(row));
      }
      if (first == null) {
        checkKept(hashes);
      }
    } catch (RocksDBException | StoreCorruptedException e) {
      first = new Difference(frontier.size() + 1, "leaf hash", "a readable one", String.valueOf(e));
    }
    return first == null ? new CheckpointTable(database).difference(compaction) : first;
  }

  private void check(long row, byte @Nullable [] hashes) {
    long before = row * LeafHashes.ROW;
    int expected = (int) Math.min(LeafHashes.ROW, count - before);
    boolean full = expected == LeafHashes.ROW;
    // A later attempt at a compaction that has not come to its end may have made a row longer.
    if (hashes == null || hashes.length < expected * MerkleHash.BYTES) {
      int found = hashes == null ? 0 : hashes.length / MerkleHash.BYTES;
      compare(before + 1, "row of leaf hashes", expected + " hashes", found + " hashes");
      return;
    }
    for (int at = 0; first == null && at < expected; at++) {
      frontier.append(
          LeafHashes.hash(hashes, at),
          (level, index, hash) -> {
            // Below, nodes over full rows are not stored but computed from them.
            if (level >= LeafHashes.ROW_LEVEL || (level >= MerkleTable.LOWEST_STORED && !full)) {
              String name = "Merkle node (%d, %d)".formatted(level, index);
              compare(frontier.size() + 1, name, hash, nodes.node(level, index));
            }
          });
    }
  }

  /** Leaves below the checkpoint that sessions may still ask for. */
  private void checkKept(LeafHashes hashes) throws RocksDBException {
    long kept =
        database.scan(
            Family.LEAVES,
            LeafTable.key(0),
            iterator -> {
              long found = 0;
              for (; iterator.isValid() && first == null; iterator.next(), found++) {
                long sequence = ByteBuffer.wrap(iterator.key()).getLong();
                if (sequence >= compaction.through()) {
                  break;
                }
                byte[] leaf = Checksum.open(iterator.value(), () -> "leaf " + sequence);
                MerkleHash hash = hashes.node(0, sequence - 1);
                compare(
                    sequence, "hash of a kept leaf", String.valueOf(hash), MerkleHash.ofLeaf(leaf));
              }
              return found;
            });
    compare(0, "leaves known by hash only", compaction.dropped(), count - kept);
  }

  private void compare(long sequence, String what, Object expected, Object found) {
    if (first == null && !expected.toString().equals(found.toString())) {
      first = new Difference(sequence, what, expected.toString(), found.toString());
    }
  }
}
