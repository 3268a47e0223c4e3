package org.ultravisor.ledger.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.InvariantViolation;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/** One pass over the whole audit log, up to the first thing that is wrong. One thread, once. */
final class Audit {
  private static final int FENCES_TO_NAME = 1000;

  private final Database database;
  private final LeafTable leaves;
  private final MerkleTable nodes;
  private final Applied end;
  private final AuditDepth depth;

  private final MerkleFrontier frontier = new MerkleFrontier();
  private final List<Replay> replays = new ArrayList<>();
  private final @Nullable Compaction compaction;
  private final List<Long> fences = new ArrayList<>();
  private StateHash stateHash;
  private long ledgerTime = Long.MIN_VALUE;
  private long checked;
  private long committed;
  private long events;
  private @Nullable Difference first;

  Audit(Database database, LeafTable leaves, MerkleTable nodes, Applied end, AuditDepth depth) {
    this.database = database;
    this.leaves = leaves;
    this.nodes = nodes;
    this.end = end;
    this.depth = depth;
    compaction = new Meta(database).compaction();
    stateHash = new Ledger().hash();
  }

  AuditReport run(AuditProgress progress) {
    checkFiles();
    if (first == null && compaction != null) {
      first = new CompactedAudit(database, nodes, compaction, frontier).run();
      checked = frontier.size();
    }
    if (first == null) {
      begin();
    }
    if (first == null) {
      checkLeaves(progress);
    }
    if (first == null) {
      compare(0, "log root as applied", frontier.root(), end.logRoot());
      compare(0, "state hash as applied", stateHash, end.stateHash());
    }
    if (first == null && depth == AuditDepth.DECISIONS) {
      checkInvariants(progress);
    }
    return new AuditReport(
        depth,
        checked,
        Optional.ofNullable(compaction),
        committed,
        events,
        frontier.root(),
        stateHash,
        fences,
        Optional.ofNullable(first));
  }

  /** Both replays have the same state, so the last one's is checked. */
  private void checkInvariants(AuditProgress progress) {
    try {
      replays.getLast().ledger().checkInvariants(progress::invariants);
    } catch (InvariantViolation e) {
      first =
          new Difference(checked, "invariants", "that all hold", String.valueOf(e.getMessage()));
    }
  }

  private void checkFiles() {
    try {
      database.verifyFiles();
    } catch (RocksDBException e) {
      first =
          new Difference(0, "files", "blocks with good checksums", String.valueOf(e.getMessage()));
    }
  }

  /** Replays begin with an empty ledger, or with the checkpoint. */
  private void begin() {
    try {
      if (depth != AuditDepth.HASHES) {
        replays.add(new Replay(beginning(), ReplayMode.EVENTS));
      }
      if (depth == AuditDepth.DECISIONS) {
        replays.add(new Replay(beginning(), ReplayMode.DECISIONS));
      }
    } catch (StoreCorruptedException e) {
      compare(
          checked + 1,
          "checkpoint",
          "the state that it was taken of",
          String.valueOf(e.getMessage()));
    }
  }

  private Ledger beginning() {
    return compaction == null ? new Ledger() : new CheckpointTable(database).load(compaction);
  }

  private void checkLeaves(AuditProgress progress) {
    try (LeafReader reader = new LeafReader(leaves, checked + 1, end.sequence())) {
      for (List<LeafReader.Read> some = reader.next(); !some.isEmpty(); some = reader.next()) {
        for (LeafReader.Read read : some) {
          check(read.leaf(), read.hash());
          if (first != null) {
            return;
          }
          checked++;
        }
        progress.leaves(checked);
      }
    } catch (StoreCorruptedException e) {
      first = new Difference(checked + 1, "leaf", "a readable one", String.valueOf(e.getMessage()));
    }
  }

  private void check(AuditLeaf next, MerkleHash leafHash) {
    long sequence = next.sequence();
    if (next.leaf().ledgerTime() < ledgerTime) {
      compare(sequence, "ledger time", "at least " + ledgerTime, next.leaf().ledgerTime());
    }
    ledgerTime = next.leaf().ledgerTime();
    compare(sequence, "sequence in the outcome", sequence, next.leaf().outcome().sequence());
    frontier.append(
        leafHash,
        (level, index, hash) -> {
          if (level >= MerkleTable.LOWEST_STORED) {
            String name = "Merkle node (%d, %d)".formatted(level, index);
            compare(sequence, name, hash, nodes.node(level, index));
          }
        });
    if (compaction != null && sequence == compaction.through()) {
      compare(sequence, "state hash of the checkpoint", next.stateHash(), compaction.stateHash());
    } else {
      replay(next);
    }
    if (first == null) {
      stateHash = next.stateHash();
      count(next);
    }
  }

  private void replay(AuditLeaf next) {
    for (Replay replay : replays) {
      if (first == null) {
        first = replay.next(next);
      }
    }
  }

  private void count(AuditLeaf next) {
    if (next.leaf().outcome() instanceof Outcome.Committed outcome) {
      committed++;
      events += outcome.events().size();
      for (Event event : outcome.events()) {
        if (event instanceof Event.MonitorFenced fenced
            && !fenced.evidence()
            && fences.size() < FENCES_TO_NAME) {
          fences.add(next.sequence());
        }
      }
    }
  }

  private void compare(long sequence, String what, Object expected, Object found) {
    if (first == null && !expected.equals(found)) {
      first = new Difference(sequence, what, expected.toString(), found.toString());
    }
  }
}
