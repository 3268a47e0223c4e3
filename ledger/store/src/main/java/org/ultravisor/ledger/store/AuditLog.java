package org.ultravisor.ledger.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.StateRecord;
import org.ultravisor.ledger.store.merkle.InclusionProof;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;
import org.ultravisor.ledger.store.merkle.MerkleHash;
import org.ultravisor.ledger.store.merkle.MerkleTree;

/**
 * Reads the audit log: of a live store ({@link LedgerStore#audit}), or offline, of a directory that
 * is not open for writing or of a checkpoint. Any thread. Only what is committed is seen. Reading
 * throws {@link StoreCorruptedException} where the disk holds something else than was written.
 */
public final class AuditLog implements AutoCloseable {
  private static final int LEAVES_AT_ONCE = 512;
  private static final int BYTES_AT_ONCE = 16 << 20;

  private final Database database;
  private final LeafTable leaves;
  private final MerkleTable nodes;
  private final MerkleTree tree;
  private final Meta meta;
  private final Supplier<Applied> applied;

  private final Runnable close;

  AuditLog(
      Database database,
      LeafTable leaves,
      MerkleTable nodes,
      Supplier<Applied> applied,
      Runnable close) {
    this.close = close;
    this.database = database;
    this.leaves = leaves;
    this.nodes = nodes;
    this.applied = applied;
    tree = new MerkleTree(nodes);
    meta = new Meta(database);
  }

  /** Opens a directory for reading only; nothing in it is changed. Close it. */
  public static AuditLog open(Path directory, StoreOptions options) {
    Database database = Database.open(directory, options, Database.Mode.READ_ONLY);
    try {
      Meta meta = new Meta(database);
      meta.requireIdentity(options.identity());
      Applied applied = meta.applied();
      Witness.check(directory, applied);
      LeafTable leaves = new LeafTable(database, new LedgerCodec());
      MerkleTable nodes = new MerkleTable(database, leaves);
      return new AuditLog(database, leaves, nodes, () -> applied, database::close);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** How far the log is applied. */
  public Applied applied() {
    return applied.get();
  }

  /** What was forgotten, and the checkpoint that stands for it; empty if nothing was. */
  public Optional<Compaction> compaction() {
    return Optional.ofNullable(meta.compaction());
  }

  /**
   * Records of the checkpoint, in order.
   *
   * @param of what {@link #compaction} said
   * @param after table and key of the record that comes before; empty for the first
   * @param mostBytes about how many bytes; none are given behind the last
   * @throws HistoryCompactedException if a later checkpoint has taken its place
   */
  public List<StateRecord> checkpoint(Compaction of, byte[] after, int mostBytes) {
    List<StateRecord> page = new CheckpointTable(database).page(of, after, mostBytes);
    Compaction now = meta.compaction();
    if (now != null && now.through() > of.through()) {
      throw new HistoryCompactedException(of.through(), now.through());
    }
    return page;
  }

  /**
   * One leaf; of compacted ones, those that hold an answer which a session may still ask for.
   *
   * @param sequence 1 to {@code applied().sequence()}
   * @throws HistoryCompactedException if the leaf is no longer kept
   */
  public AuditLeaf leaf(long sequence) {
    return leaves.leaf(known(sequence, 1));
  }

  /**
   * Leaves in order.
   *
   * @param from first sequence, from 1
   * @param most how many at most, at least 1; none are given behind the last, and fewer before one
   *     that is compacted
   * @throws HistoryCompactedException if the first of them is no longer kept
   */
  public List<AuditLeaf> leaves(long from, int most) {
    if (from < 1 || most < 1) {
      throw new IllegalArgumentException(
          "leaves: from and most must be at least 1: %d, %d".formatted(from, most));
    }
    long count = Math.min(most, applied().sequence() - from + 1);
    List<AuditLeaf> found = new ArrayList<>();
    while (found.size() < count) {
      long next = from + found.size();
      int few = (int) Math.min(LEAVES_AT_ONCE, count - found.size());
      List<byte[]> some;
      try {
        some = leaves.encodedFrom(next, few, BYTES_AT_ONCE);
      } catch (HistoryCompactedException e) {
        if (found.isEmpty()) {
          throw e;
        }
        return found;
      }
      for (byte[] leaf : some) {
        found.add(leaves.decode(from + found.size(), leaf));
      }
    }
    return found;
  }

  /**
   * The right edge of the Merkle tree when it had so many leaves, to build on.
   *
   * @param size 0 to {@code applied().sequence()}
   */
  public MerkleFrontier frontierAt(long size) {
    return new MerkleFrontier(known(size, 0), nodes);
  }

  /**
   * The Merkle root over leaves 1 to {@code sequence}.
   *
   * @param sequence 0 to {@code applied().sequence()}
   */
  public MerkleHash rootAt(long sequence) {
    return tree.rootAt(known(sequence, 0));
  }

  /** Shows that a leaf is among leaves 1 to {@code of}, against {@link #rootAt rootAt(of)}. */
  public InclusionProof inclusion(long sequence, long of) {
    return tree.inclusion(sequence - 1, known(of, 1));
  }

  /**
   * Checks everything, up to the first difference: of what is compacted its hashes, the leaves that
   * are still kept, and the checkpoint, from which the rest is replayed.
   *
   * @param progress told how far it has come
   */
  public AuditReport verify(AuditDepth depth, AuditProgress progress) {
    return new Audit(database, leaves, nodes, applied(), depth).run(progress);
  }

  /**
   * The ledger as it was at a sequence, rebuilt from the checkpoint or the first leaf and compared
   * with every state hash on the way.
   *
   * @param sequence 0 to {@code applied().sequence()}
   * @throws HistoryCompactedException if it is below the checkpoint
   */
  public Ledger replayTo(long sequence, ReplayMode mode) {
    known(sequence, 0);
    Replay replay = new Replay(start(sequence), mode);
    replay.all(leaves, sequence, database.directory());
    return replay.ledger();
  }

  /** The latest state before the sequence that needs no leaf. */
  private Ledger start(long sequence) {
    while (true) {
      Compaction compaction = meta.compaction();
      if (compaction == null) {
        return new Ledger();
      }
      if (sequence < compaction.through()) {
        throw new HistoryCompactedException(sequence, compaction.through());
      }
      try {
        return new CheckpointTable(database).load(compaction);
      } catch (StoreCorruptedException e) {
        // Another checkpoint may have taken its place while it was read.
        if (compaction.equals(meta.compaction())) {
          throw e;
        }
      }
    }
  }

  private long known(long sequence, long least) {
    long last = applied().sequence();
    if (sequence < least || sequence > last) {
      throw new IllegalArgumentException(
          "sequence must be in %d..%d: %d".formatted(least, last, sequence));
    }
    return sequence;
  }

  /** A live store's audit log stays open until the store is closed. */
  @Override
  public void close() {
    close.run();
  }
}
