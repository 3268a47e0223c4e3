package org.ultravisor.node.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.InvariantViolation;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.store.AuditProgress;
import org.ultravisor.ledger.store.Compaction;
import org.ultravisor.ledger.store.merkle.MerkleFrontier;
import org.ultravisor.ledger.store.merkle.MerkleHash;

/**
 * Goes through a log from its first leaf, or from its checkpoint, with a ledger of its own, so it
 * believes nothing that it has not computed: each outcome is decided anew, each state hash
 * compared, the Merkle root built from the leaves' bytes. One thread.
 */
public final class Auditor {
  private static final int LEAVES_AT_ONCE = 256;

  private final LeafSource source;
  private final AuditProgress progress;

  /**
   * @param progress told how far it has come
   */
  public Auditor(LeafSource source, AuditProgress progress) {
    this.source = source;
    this.progress = progress;
  }

  /**
   * The ledger as it was at a sequence, by applying the recorded events.
   *
   * @throws IOException if a leaf cannot be had, or does not lead to its state hash, or if the
   *     sequence is below the checkpoint
   */
  public Ledger replayTo(long sequence) throws IOException {
    long last = source.end().sequence();
    if (sequence < 0 || sequence > last) {
      throw new IOException(
          "%s has leaves 1 to %d; %d is not one of them".formatted(source.name(), last, sequence));
    }
    LeafSource.Beginning beginning = source.beginning();
    Ledger ledger = beginning.ledger();
    if (sequence < ledger.sequence()) {
      throw new IOException(
          "%s: history is compacted, the first sequence that can be replayed is %d; %d is below it"
              .formatted(source.name(), ledger.sequence(), sequence));
    }
    while (ledger.sequence() < sequence) {
      int most = (int) Math.min(LEAVES_AT_ONCE, sequence - ledger.sequence());
      for (AuditLeaf next : some(ledger.sequence() + 1, most)) {
        replay(ledger, next);
      }
      progress.leaves(ledger.sequence());
    }
    return ledger;
  }

  private void replay(Ledger ledger, AuditLeaf next) throws IOException {
    try {
      ledger.replay(next.leaf());
    } catch (InvariantViolation e) {
      throw new IOException(
          "%s: leaf %d contradicts the state before it: %s"
              .formatted(source.name(), next.sequence(), e.getMessage()),
          e);
    }
    if (!ledger.hash().equals(next.stateHash())) {
      throw new IOException(
          "%s: leaf %d says state hash %s, its replay gives %s"
              .formatted(source.name(), next.sequence(), next.stateHash(), ledger.hash()));
    }
  }

  /** Checks everything up to the log's end as it is now, or up to the first difference. */
  public AuditFinding verify() throws IOException {
    return new Verification(source.end(), source.beginning()).run();
  }

  private List<AuditLeaf> some(long from, int most) throws IOException {
    List<AuditLeaf> leaves = source.leaves(from, most);
    if (leaves.isEmpty()) {
      throw new IOException(source.name() + " has no leaf " + from + ", but its end is behind it");
    }
    return leaves;
  }

  /** One pass with its counts. */
  private final class Verification {
    private final LeafSource.End end;
    private final Ledger ledger;
    private final MerkleFrontier frontier;
    private final Optional<Compaction> checkpoint;
    private final LedgerCodec codec = new LedgerCodec();
    private final List<Long> fences = new ArrayList<>();
    private long committed;
    private long events;

    Verification(LeafSource.End end, LeafSource.Beginning beginning) {
      this.end = end;
      ledger = beginning.ledger();
      frontier = beginning.frontier();
      checkpoint = beginning.checkpoint();
    }

    AuditFinding run() throws IOException {
      while (ledger.sequence() < end.sequence()) {
        int most = (int) Math.min(LEAVES_AT_ONCE, end.sequence() - ledger.sequence());
        for (AuditLeaf next : some(ledger.sequence() + 1, most)) {
          long before = ledger.sequence();
          String difference = check(next);
          if (difference != null) {
            return finding(before, "leaf " + next.sequence() + ": " + difference);
          }
        }
        progress.leaves(ledger.sequence());
      }
      return finding(ledger.sequence(), checkEnd());
    }

    private @Nullable String check(AuditLeaf next) {
      Execution found;
      try {
        found = ledger.execute(next.leaf().ledgerTime(), next.leaf().submission());
      } catch (InvariantViolation e) {
        return "deciding it breaks an invariant: " + e.getMessage();
      }
      Execution expected = new Execution.Executed(next.leaf());
      if (!found.equals(expected)) {
        return "decided anew it gives %s, the log says %s".formatted(found, expected);
      }
      if (!ledger.hash().equals(next.stateHash())) {
        return "its state hash is %s, the log says %s".formatted(ledger.hash(), next.stateHash());
      }
      frontier.append(MerkleHash.ofLeaf(codec.encodeLeaf(next)), (level, index, hash) -> {});
      count(next);
      return null;
    }

    private void count(AuditLeaf next) {
      if (next.leaf().outcome() instanceof Outcome.Committed outcome) {
        committed++;
        events += outcome.events().size();
        for (Event event : outcome.events()) {
          if (event instanceof Event.MonitorFenced fenced && !fenced.evidence()) {
            fences.add(next.sequence());
          }
        }
      }
    }

    private @Nullable String checkEnd() {
      if (!frontier.root().toString().equals(end.logRoot())) {
        return "the leaves' Merkle root is %s, %s says %s"
            .formatted(frontier.root(), source.name(), end.logRoot());
      }
      try {
        ledger.checkInvariants(progress::invariants);
      } catch (InvariantViolation e) {
        return "the state at the end breaks an invariant: " + e.getMessage();
      }
      return null;
    }

    private AuditFinding finding(long leaves, @Nullable String difference) {
      return new AuditFinding(
          leaves,
          checkpoint,
          committed,
          events,
          frontier.root().toString(),
          ledger.hash().toString(),
          fences,
          Optional.ofNullable(difference));
    }
  }
}
