package org.ultravisor.ledger.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.codec.AuditLeaf;
import org.ultravisor.ledger.codec.LedgerCodec;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;

/** Plants faults in a good audit log; each is found, and where it is. */
class AuditTest {
  @TempDir Path temp;

  private Path directory;
  private Applied end;
  private List<AuditLeaf> leaves;

  /** Sequence of a committed change of limits in the middle of the log. */
  private int victim;

  @BeforeEach
  void write() {
    directory = temp.resolve("store");
    try (LedgerStore store = LedgerStore.open(directory, StoreOptions.DEFAULT)) {
      new Workload(3, 8).run(store, 80);
      end = store.applied();
      leaves = new ArrayList<>(store.leaves(1, 10_000));
    }
    victim =
        (int)
            leaves.stream()
                .filter(leaf -> leaf.sequence() > 50)
                .filter(AuditTest::setsLimits)
                .findFirst()
                .orElseThrow()
                .sequence();
  }

  private static boolean setsLimits(AuditLeaf leaf) {
    return leaf.leaf().outcome() instanceof Outcome.Committed committed
        && committed.events().stream().anyMatch(Event.LimitsSet.class::isInstance);
  }

  /** The leaf with other limits in its event than were asked for. */
  private AuditLeaf forged() {
    AuditLeaf good = leaves.get(victim - 1);
    Event.LimitsSet set =
        (Event.LimitsSet) ((Outcome.Committed) good.leaf().outcome()).events().getFirst();
    Limits more = new Limits(set.limits().pages() + 1, set.limits().processors());
    return with(
        good, new Outcome.Committed(victim, List.of(new Event.LimitsSet(set.partition(), more))));
  }

  private static AuditLeaf with(AuditLeaf leaf, Outcome outcome) {
    Leaf old = leaf.leaf();
    return new AuditLeaf(
        new Leaf(old.sequence(), old.ledgerTime(), old.submission(), outcome), leaf.stateHash());
  }

  private AuditReport verify(AuditDepth depth) {
    try (AuditLog log = AuditLog.open(directory, StoreOptions.DEFAULT)) {
      return log.verify(depth, checked -> {});
    }
  }

  private void assertFound(AuditDepth depth, long sequence, String what) {
    AuditReport report = verify(depth);
    Difference first = report.firstDifference().orElseThrow();
    assertEquals(sequence, first.sequence(), first::toString);
    assertTrue(first.toString().contains(what), first::toString);
    assertEquals(sequence - 1, report.leaves(), "leaves before it are good");
  }

  @Test
  void aGoodLogIsGood() {
    List<Long> progress = new ArrayList<>();
    List<String> invariants = new ArrayList<>();
    AuditProgress hears =
        new AuditProgress() {
          @Override
          public void leaves(long checked) {
            progress.add(checked);
          }

          @Override
          public void invariants(String part) {
            invariants.add(part);
          }
        };
    try (AuditLog log = AuditLog.open(directory, StoreOptions.DEFAULT)) {
      AuditReport report = log.verify(AuditDepth.DECISIONS, hears);
      assertTrue(report.good(), report::toString);
      assertEquals(end.sequence(), report.leaves());
      assertEquals(end.logRoot(), report.logRoot());
      assertEquals(end.stateHash(), report.stateHash());
      assertEquals(end.sequence(), progress.getLast());
      assertTrue(invariants.contains("memory maps"), invariants::toString);
      invariants.clear();
      assertTrue(log.verify(AuditDepth.EVENTS, hears).good());
      assertEquals(List.of(), invariants, "only the deepest audit looks at the whole state");
    }
  }

  @Test
  void aChangedEvent() throws Exception {
    Forgery.replaceLeaf(directory, victim, forged());
    // By hashes it is noticed when the lowest stored node over it is complete.
    int group = 1 << MerkleTable.LOWEST_STORED;
    int last = (victim + group - 1) / group * group;
    assertFound(AuditDepth.HASHES, last, "Merkle node (" + MerkleTable.LOWEST_STORED + ", ");
    assertFound(AuditDepth.EVENTS, victim, victim == last ? "Merkle" : "state hash, by EVENTS");
  }

  @Test
  void aChangedByteWithoutItsChecksum() throws Exception {
    byte[] sealed = Checksum.seal(new LedgerCodec().encodeLeaf(leaves.get(victim - 1)));
    sealed[sealed.length / 2] ^= 1;
    Forgery.change(directory, b -> b.put(Family.LEAVES, LeafTable.key(victim), sealed));
    assertFound(AuditDepth.HASHES, victim, "CRC-32C");
  }

  @Test
  void twoLeavesSwapped() throws Exception {
    Forgery.replaceLeaf(directory, victim, leaves.get(victim));
    Forgery.replaceLeaf(directory, victim + 1, leaves.get(victim - 1));
    assertFound(AuditDepth.HASHES, victim, "its own sequence expected, found " + (victim + 1));
  }

  @Test
  void aLeafRemoved() throws Exception {
    Forgery.change(directory, b -> b.delete(Family.LEAVES, LeafTable.key(victim)));
    assertFound(AuditDepth.HASHES, victim, "leaf " + victim);
    try (AuditLog log = AuditLog.open(directory, StoreOptions.DEFAULT)) {
      assertThrows(StoreCorruptedException.class, () -> log.leaf(victim));
      assertThrows(StoreCorruptedException.class, () -> log.leaves(1, 10_000));
      assertThrows(
          StoreCorruptedException.class, () -> log.replayTo(end.sequence(), ReplayMode.EVENTS));
      assertEquals(
          leaves.get(victim - 2).stateHash(), log.replayTo(victim - 1, ReplayMode.EVENTS).hash());
    }
  }

  @Test
  void aChangedEventWithTheTreeRebuiltOverIt() throws Exception {
    leaves.set(victim - 1, forged());
    Forgery.replaceLog(directory, leaves, end);
    assertTrue(verify(AuditDepth.HASHES).good(), "only another replica's root tells");
    assertFound(AuditDepth.EVENTS, victim, "state hash, by EVENTS");
  }

  @Test
  void aChangedEventWithAllHashesRebuiltOverIt() throws Exception {
    leaves.set(victim - 1, forged());
    Forgery.replaceLog(directory, Forgery.rehash(leaves), end);
    assertTrue(verify(AuditDepth.EVENTS).good(), "the events by themselves are in order");
    assertFound(AuditDepth.DECISIONS, victim, "decision");
  }

  @Test
  void anotherRootThanApplied() throws Exception {
    Forgery.change(
        directory,
        batch ->
            Meta.applied(
                batch,
                new Applied(
                    end.term(),
                    end.index(),
                    end.sequence(),
                    end.ledgerTime(),
                    end.logRoot(),
                    leaves.getFirst().stateHash())));
    Difference first = verify(AuditDepth.HASHES).firstDifference().orElseThrow();
    assertEquals("state hash as applied", first.what());
    StoreCorruptedException e =
        assertThrows(
            StoreCorruptedException.class, () -> LedgerStore.open(directory, StoreOptions.DEFAULT));
    assertTrue(String.valueOf(e.getMessage()).contains("cluster replace"), e::getMessage);
  }

  @Test
  void anOperatorsFenceIsNamed() {
    Path other = temp.resolve("fenced");
    try (LedgerStore store = LedgerStore.open(other, StoreOptions.DEFAULT)) {
      Workload workload = new Workload(3, 8);
      workload.step(store, 0);
      apply(store, new Operation.AttachMonitor("guest-1", "host", 77));
      long incarnation = store.ledger().queries().monitors().getFirst().incarnation();
      apply(store, new Operation.FenceMonitor("guest-1", incarnation, false, "no answer"));
      store.commit(1, 1);
      AuditReport report = store.audit().verify(AuditDepth.DECISIONS, checked -> {});
      assertTrue(report.good(), report::toString);
      assertEquals(List.of(store.applied().sequence()), report.fencedWithoutEvidence());
    }
  }

  private static void apply(LedgerStore store, Operation operation) {
    Outcome outcome =
        store.outcome(
            store.apply(
                2_000_000_000_000L,
                Submission.local(Transaction.sessionless("operator", operation), 0)));
    assertTrue(outcome instanceof Outcome.Committed, outcome::toString);
  }
}
