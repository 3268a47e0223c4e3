package org.ultravisor.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.mapping.PageRange;

/**
 * Invariant 8: a view at sequence s equals the partition's memory map replayed to s. Random
 * transactions of all operations; after each batch every view is read back and compared with the
 * ledger's map. Repeat with {@code -Dultravisor.seed=N}, go on for longer with {@code
 * -Dultravisor.views.rounds=N}.
 */
class HistoriesTest {
  private static final int ROUNDS = Integer.getInteger("ultravisor.views.rounds", 2500);

  @TempDir Path root = Path.of("");
  private final Map<String, Integer> facts = new TreeMap<>();

  @Test
  void viewsAreTheMaps() throws IOException {
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    String repeat = ", repeat with -Dultravisor.seed=" + seed;
    Random random = new Random(seed);
    int views = 0;
    try (ProjectorFixture fixture = new ProjectorFixture(root)) {
      fixture.commit(ProjectorFixture.ATTACH);
      fixture.attachHostAndMonitors();
      fixture.commit(
          new Operation.AttachMonitor(ProjectorFixture.SERVER, ProjectorFixture.HOST, 43));
      RandomHistory history = new RandomHistory(random, fixture.queries());
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = random.nextInt(4); i >= 0; i--) {
          fixture.pass(random.nextInt(40));
          submit(fixture, history.transaction());
        }
        if (random.nextInt(50) == 0) {
          fixture.installSnapshot();
        } else {
          fixture.tell();
        }
        views += compare(fixture, "round " + round + repeat);
      }
      fixture.ledger.checkInvariants();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("failed" + repeat, e);
    }
    assertTrue(views > ROUNDS / 2, "compared only " + views + " views" + repeat);
    for (Class<?> fact : RandomHistory.FACTS_OF_MAPS) {
      assertTrue(
          facts.containsKey(fact.getSimpleName()), () -> fact + " never was a fact: " + facts);
    }
  }

  /** The comparison finds a view in which one page leads elsewhere. */
  @Test
  void aViewThatDiffersIsFound() throws IOException {
    try (ProjectorFixture fixture = new ProjectorFixture(root)) {
      fixture.commit(ProjectorFixture.ATTACH);
      fixture.attachHostAndMonitors();
      fixture.commit(ProjectorFixture.assign("a", 100, 8, 0));
      fixture.tell();
      assertEquals(2, compare(fixture, ""));
      fixture.commit(new Operation.ReleasePages("a", new PageRange(100, 1)));
      assertThrows(AssertionError.class, () -> compare(fixture, "")); // not told yet
      fixture.tell();
      assertEquals(2, compare(fixture, ""));
    }
  }

  private void submit(ProjectorFixture fixture, List<Operation> operations) {
    if (fixture.submit(operations) instanceof Outcome.Committed committed) {
      for (Event event : committed.events()) {
        facts.merge(event.getClass().getSimpleName(), 1, Integer::sum);
      }
    }
  }

  /** Returns how many views there were to compare. */
  private static int compare(ProjectorFixture fixture, String where) throws IOException {
    List<MonitorInfo> monitors = new ArrayList<>(fixture.queries().monitors());
    for (MonitorInfo monitor : monitors) {
      String name = fixture.queries().partitionById(monitor.partition()).orElseThrow().name();
      ViewReading view = fixture.view(name);
      assertEquals(
          ViewReading.pagesOf(fixture.queries().memoryMap(monitor.partition())),
          view.pages(),
          () -> name + " at " + where);
      assertEquals(fixture.ledger.sequence(), view.sequence(), where);
      assertEquals(monitor.incarnation(), view.incarnation(), where);
    }
    compareFacts(fixture, where);
    return monitors.size();
  }

  private static void compareFacts(ProjectorFixture fixture, String where) {
    HostFacts facts = fixture.projector.facts();
    Set<Long> due = new TreeSet<>();
    Map<Long, Long> awaited = new TreeMap<>();
    fixture
        .queries()
        .revocations()
        .forEach(
            revocation -> {
              if (revocation.scrubDue()) {
                due.add(revocation.revocation());
              }
              revocation
                  .awaited()
                  .forEach(monitor -> awaited.merge(monitor, revocation.revokedAt(), Math::min));
            });
    assertEquals(due, facts.scrubsDue(), where);
    assertEquals(awaited, facts.awaited(), where);
    assertEquals(fixture.ledger.sequence(), facts.sequence(), where);
  }
}
