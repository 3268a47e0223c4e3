package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.table.HashSum;
import org.ultravisor.ledger.core.table.RecordWriter;

/**
 * Random transactions against a ledger that goes page by page: same answers, same pages, nothing
 * lost. Repeat with {@code -Dultravisor.seed=N}; go on for longer with {@code
 * -Dultravisor.model.transactions=N}.
 */
final class LedgerModelTest {
  private static final int TRANSACTIONS = Integer.getInteger("ultravisor.model.transactions", 3000);

  private final LedgerFixture fixture = new LedgerFixture();
  private NaiveLedger model = new NaiveLedger();
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<Refusal, Integer> refusals = new TreeMap<>();
  private final Map<String, Integer> facts = new TreeMap<>();

  /** The records as a store would keep them, brought up to date by changes only. */
  private final TreeMap<byte[], byte[]> stored = new TreeMap<>(Arrays::compareUnsigned);

  private StateImage lastStored = fixture.ledger.image();

  @Test
  void answersAndPagesAreThoseOfTheNaiveLedger() {
    long seed = Long.getLong("ultravisor.seed", new Random().nextLong());
    String repeat = "repeat with -Dultravisor.seed=" + seed;
    try {
      run(new Random(seed));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "after %d transactions; %s".formatted(fixture.leaves.size(), repeat), e);
    }
    System.getLogger(LedgerModelTest.class.getName())
        .log(System.Logger.Level.INFO, "{0}; refusals {1}; facts {2}", repeat, refusals, facts);
  }

  private void run(Random random) {
    lastStored.forEach((table, key, value) -> store(table, key, value));
    fixture.committed(new Operation.AttachHost("h0", 0, 1), new Operation.AttachHost("h1", 1, 2));
    model.sequence = fixture.ledger.sequence();
    RandomOperations operations = new RandomOperations(random, fixture.ledger.queries());
    for (int i = 0; i < TRANSACTIONS; i++) {
      step(random, operations);
      if (i % 25 == 0) {
        comparePages();
      }
      if (i % 100 == 0) {
        fixture.ledger.checkInvariants();
        compareStored();
      }
    }
    comparePages();
    fixture.ledger.checkInvariants();
    fixture.replayed().checkInvariants();
    assertTrue(refusals.size() > 15, "too few kinds of refusal were met: " + refusals);
    List<String> rare = List.of("RevocationSplit", "RevocationRedirected", "RevocationCompleted");
    assertTrue(facts.keySet().containsAll(rare), "too few kinds of fact were met: " + facts);
  }

  private void step(Random random, RandomOperations operations) {
    List<Operation> asked = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      asked.add(operations.attachment());
    } else {
      for (int left = random.nextInt(4) == 0 ? 1 + random.nextInt(6) : 1; left > 0; left--) {
        asked.add(operations.operation());
      }
    }
    NaiveLedger before = asked.size() > 1 ? model.copy() : model;
    StateHash hash = otherHash();
    Outcome outcome = fixture.submit(asked.toArray(Operation[]::new));
    Refusal expected = null;
    int at = 0;
    while (expected == null && at < asked.size()) {
      expected = model.execute(asked.get(at++));
    }
    switch (outcome) {
      case Outcome.Committed committed -> {
        assertEquals(null, expected, () -> "the model refuses " + asked);
        for (Event event : committed.events()) {
          facts.merge(event.getClass().getSimpleName(), 1, Integer::sum);
          if (event instanceof Event.PartitionCreated created) {
            names.put(created.partition(), created.name());
          }
        }
        model.learn(committed.events(), names);
      }
      case Outcome.Refused refused -> {
        assertEquals(expected, refused.reason(), () -> refused + " to " + asked);
        assertEquals(at - 1, refused.operation(), () -> refused + " to " + asked);
        refusals.merge(refused.reason(), 1, Integer::sum);
        model = before;
        assertEquals(hash, otherHash(), () -> "a refusal left traces: " + asked);
      }
    }
    model.sequence = fixture.ledger.sequence();
  }

  /** Hash of everything but the clock, the sessions and their answers. */
  private StateHash otherHash() {
    State state = fixture.ledger.state();
    state.memory.settleHash();
    HashSum rest = new HashSum();
    for (Table<?> table : List.of(state.sessions, state.answers)) {
      table
          .freeze()
          .forEach(
              (number, key, value) -> {
                RecordWriter record = new RecordWriter();
                for (byte[] part : List.of(key, value == null ? new byte[0] : value)) {
                  for (byte b : part) {
                    record.u8(b);
                  }
                }
                rest.subtract(number, record, key.length);
              });
    }
    return new StateHash(
        state.sum.high() + rest.high() + state.memory.owner().hashHigh(),
        state.sum.low() + rest.low() + state.memory.owner().hashLow());
  }

  private void comparePages() {
    LedgerQueries queries = fixture.ledger.queries();
    try (LedgerReader reader = fixture.ledger.reader()) {
      for (long base : new long[] {0, RandomOperations.WINDOW}) {
        for (long frame = base; frame < base + 4400; frame++) {
          PageInfo info = queries.ownerOf(frame);
          assertEquals(expected(frame), said(info), "frame " + frame);
          if (frame % 16 == 0) {
            assertEquals(info, reader.ownerOf(frame));
          }
        }
      }
      assertEquals(queries.partitions(), reader.partitions());
    }
    Map<String, Long> sums = model.sums();
    for (PartitionInfo partition : queries.partitions()) {
      assertEquals(
          sums.getOrDefault(partition.name(), 0L),
          fixture.ledger.state().memory.owner().frames(Descriptors.partition(partition.id())));
    }
    assertEquals(
        model.partitions.keySet().stream().toList(),
        queries.partitions().stream().map(PartitionInfo::name).sorted().toList());
  }

  private String expected(long frame) {
    NaiveLedger.Page page = model.pages.get(frame);
    return page == null
        ? "absent"
        : "%s cell %d guest %d %s revocation %d"
            .formatted(
                page.owner,
                page.cell,
                page.guest,
                page.guest < 0 ? null : page.rights,
                page.pending == null ? 0 : page.pending.number);
  }

  private static String said(PageInfo info) {
    String owner =
        switch (info.kind()) {
          case ABSENT -> "absent";
          case RESERVED -> NaiveLedger.RESERVED;
          case POISONED -> NaiveLedger.POISONED;
          case AVAILABLE -> NaiveLedger.AVAILABLE;
          case OWNED -> info.partitionName();
        };
    return info.kind() == PageInfo.Kind.ABSENT
        ? owner
        : "%s cell %d guest %d %s revocation %d"
            .formatted(owner, info.cell(), info.guestFrame(), info.rights(), info.revocation());
  }

  private void compareStored() {
    StateImage now = fixture.ledger.image();
    now.forEachChangedSince(lastStored, this::store);
    lastStored.close();
    lastStored = now;
    List<StateRecord> records = new ArrayList<>();
    stored.forEach(
        (key, value) ->
            records.add(new StateRecord(key[0], Arrays.copyOfRange(key, 1, key.length), value)));
    LedgerTest.assertSame(LedgerFixture.records(fixture.ledger), records);
    Ledger restored = Ledger.restore(now.sequence(), now.hash(), records);
    assertEquals(fixture.ledger.queries().partitions(), restored.queries().partitions());
    LedgerTest.assertSame(records, LedgerFixture.records(restored));
  }

  private void store(int table, byte[] key, byte @Nullable [] value) {
    byte[] full = new byte[key.length + 1];
    full[0] = (byte) table;
    System.arraycopy(key, 0, full, 1, key.length);
    if (value == null) {
      stored.remove(full);
    } else {
      stored.put(full, value);
    }
  }
}
