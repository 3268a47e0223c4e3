package org.ultravisor.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.bridge.HostDirectory;
import org.ultravisor.bridge.ViewOptions;
import org.ultravisor.bridge.ViewPublisher;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.Execution;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionInfo;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** A real ledger's leaves, written to real views, read back and compared with the ledger's map. */
class HostProjectorTest {
  private static final String HOST = "host0";
  private static final Operation.AttachReplica ATTACH = new Operation.AttachReplica("r1", 77);

  @TempDir Path root = Path.of("");
  private HostDirectory directory = new HostDirectory(root);
  private final Ledger ledger = new Ledger();
  private final List<Leaf> leaves = new ArrayList<>();
  private HostProjector projector = newProjector();
  private long session;
  private long requestId;

  @BeforeEach
  void startWithMemoryAndThreePartitions() {
    directory = new HostDirectory(root);
    projector = newProjector();
    projector.recovered(ledger);
    execute(Transaction.sessionless("t", new Operation.OpenSession(1)));
    session = ledger.queries().sessionByNonce(1).orElseThrow().session();
    commit(new Operation.AddMemory(new PageRange(0, 4096), 0, MemoryType.DRAM, true));
    for (String name : List.of("a", "b", "c")) {
      commit(new Operation.CreatePartition(name, PartitionKind.GUEST, Limits.NONE));
      commit(new Operation.StartPartition(name));
    }
    tell();
  }

  @AfterEach
  void closeViews() throws IOException {
    ViewPublisher publisher = projector.publisher();
    if (publisher != null) {
      publisher.close();
    }
  }

  @Test
  void nothingIsWrittenBeforeTheReplicaIsAttached() throws IOException {
    attachHostAndMonitors();
    assertFalse(Files.exists(directory.view("r1", "a")));
    assertFalse(projector.facts().replicaAttached());
    commit(ATTACH);
    tell();
    assertTrue(projector.facts().replicaAttached());
    assertTrue(Files.exists(directory.view("r1", "a")));
    assertTrue(Files.exists(directory.hostView("r1")));
    assertFalse(Files.exists(directory.view("r1", "c")), "c has no monitor on this host");
    assertEquals(
        List.of("a live", "b live"),
        ViewSummary.of(directory).stream().map(v -> v.partition() + " " + v.state()).toList());
  }

  @Test
  void aPageComesAndGoes() throws IOException {
    commit(ATTACH);
    attachHostAndMonitors();
    commit(assign("a", 100, 8, 2000));
    tell();
    ViewReading given = view("a");
    assertEquals(8, given.pages().size());
    assertEquals(100L << 3 | 3, given.pages().get(2000L));
    assertEquals(1, given.state());
    assertEquals(1, given.partitionState());
    assertEquals(monitor("a").incarnation(), given.incarnation());
    assertEquals(monitor("a").attachedAt(), given.floor());

    commit(new Operation.ReleasePages("a", new PageRange(100, 4)));
    tell();
    assertEquals(Set.of(2004L, 2005L, 2006L, 2007L), view("a").pages().keySet());
    assertEquals(
        Map.of(monitor("a").incarnation(), ledger.sequence()), projector.facts().awaited());
    assertEquals(Set.of(), projector.facts().scrubsDue());

    long seen = ledger.sequence();
    commit(new Operation.AcknowledgeView("a", monitor("a").incarnation(), seen));
    tell();
    assertEquals(1, projector.facts().scrubsDue().size());
    assertEquals(Map.of(), projector.facts().awaited());
  }

  @Test
  void aDonatedPageIsSeenByTheReceiverAtTheEndOnly() throws IOException {
    commit(ATTACH);
    attachHostAndMonitors();
    commit(assign("a", 0, 4, 0));
    commit(new Operation.DonatePages("a", "b", new PageRange(0, 4), 10, false));
    tell();
    assertEquals(Set.of(), view("a").pages().keySet());
    assertEquals(Set.of(), view("b").pages().keySet());
    commit(new Operation.AcknowledgeView("a", monitor("a").incarnation(), ledger.sequence()));
    tell();
    assertEquals(Set.of(10L, 11L, 12L, 13L), view("b").pages().keySet());
  }

  @Test
  void anotherHostsMonitorHasNoViewHere() throws IOException {
    commit(ATTACH);
    attachHostAndMonitors();
    commit(new Operation.AttachHost("elsewhere", 9, 50));
    commit(new Operation.AttachMonitor("c", "elsewhere", 51));
    tell();
    assertFalse(Files.exists(directory.view("r1", "c")));
    commit(new Operation.FenceMonitor("c", monitor("c").incarnation(), true, "gone"));
    commit(new Operation.AttachMonitor("c", HOST, 52));
    commit(assign("c", 64, 1, 5));
    tell();
    assertEquals(Set.of(5L), view("c").pages().keySet());
  }

  @Test
  void aFencedMonitorsViewSaysThatNobodyIsAttached() throws IOException {
    commit(ATTACH);
    attachHostAndMonitors();
    tell();
    commit(new Operation.FenceMonitor("a", monitor("a").incarnation(), true, "gone"));
    tell();
    assertEquals(0, view("a").nonce());
    commit(new Operation.StopPartition("a"));
    commit(new Operation.DestroyPartition("a"));
    tell();
    assertFalse(Files.exists(directory.view("r1", "a")), "a destroyed partition has no view");
  }

  @Test
  void aSnapshotBringsNewViewsOfTheSameContent() throws IOException {
    commit(ATTACH);
    attachHostAndMonitors();
    commit(assign("a", 100, 8, 2000));
    tell();
    ViewReading before = view("a");
    projector.snapshotInstalled(ledger);
    ViewReading after = view("a");
    assertEquals(before, after);
    assertEquals(before.generation(), after.generation());
  }

  @Test
  void anotherProcessUnderThisNameEndsTheReplica() {
    commit(ATTACH, new Operation.AttachReplica("r1", 78));
    String message =
        org.junit.jupiter.api.Assertions.assertThrows(IllegalStateException.class, this::tell)
            .toString();
    assertTrue(message.contains("stop one of the two"), message);
  }

  /** After each batch of random transactions every view equals the ledger's map. */
  @Test
  void randomTransactions() throws IOException {
    long seed = Long.getLong("ultravisor.seed", System.nanoTime());
    Random random = new Random(seed);
    commit(ATTACH);
    attachHostAndMonitors();
    int views = 0;
    for (int round = 0; round < 400; round++) {
      for (int i = random.nextInt(4); i >= 0; i--) {
        execute(next(random));
      }
      if (random.nextInt(50) == 0) {
        leaves.clear();
        projector.snapshotInstalled(ledger);
      } else {
        tell();
      }
      String where = "round " + round + ", repeat with -Dultravisor.seed=" + seed;
      for (MonitorInfo monitor : ledger.queries().monitors()) {
        String name = ledger.queries().partitionById(monitor.partition()).orElseThrow().name();
        ViewReading view = view(name);
        assertEquals(
            ViewReading.pagesOf(ledger.queries().memoryMap(monitor.partition())),
            view.pages(),
            where);
        assertEquals(ledger.sequence(), view.sequence(), where);
        assertEquals(monitor.incarnation(), view.incarnation(), where);
        views++;
      }
      checkFacts(where);
    }
    assertTrue(views > 400, "compared only " + views + " views");
  }

  private void checkFacts(String where) {
    HostFacts facts = projector.facts();
    Set<Long> due = new java.util.TreeSet<>();
    Map<Long, Long> awaited = new java.util.TreeMap<>();
    ledger
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
    assertEquals(ledger.sequence(), facts.sequence(), where);
  }

  private Transaction next(Random random) {
    String name = List.of("a", "b", "c").get(random.nextInt(3));
    String other = List.of("b", "c", "a").get(List.of("a", "b", "c").indexOf(name));
    PageRange range = new PageRange(random.nextInt(200), 1 + random.nextInt(20));
    long revocation =
        ledger.queries().revocations().stream()
            .mapToLong(r -> r.revocation())
            .findFirst()
            .orElse(1);
    long incarnation =
        ledger.queries().partition(name).map(PartitionInfo::monitorIncarnation).orElse(0L);
    Operation operation =
        switch (random.nextInt(12)) {
          case 0, 1, 2 ->
              new Operation.AssignPages(name, range, random.nextInt(3000), Rights.READ_WRITE);
          case 3, 4 -> new Operation.ReleasePages(name, range);
          case 5 -> new Operation.DonatePages(name, other, range, -1, random.nextBoolean());
          case 6, 7 -> new Operation.AcknowledgeView(name, incarnation, ledger.sequence());
          case 8 ->
              new Operation.RecordScrub(
                  HOST, ledger.queries().hosts().getFirst().incarnation(), revocation);
          case 9 -> new Operation.AttachMonitor(name, HOST, 1 + random.nextInt(1000));
          case 10 ->
              random.nextInt(5) == 0
                  ? new Operation.FenceMonitor(name, incarnation, true, "test")
                  : new Operation.AcknowledgeView(name, incarnation, ledger.sequence());
          default ->
              random.nextBoolean()
                  ? new Operation.PoisonPages(new PageRange(random.nextInt(200), 1))
                  : new Operation.StopPartition(name);
        };
    return transaction(operation);
  }

  private HostProjector newProjector() {
    return new HostProjector(
        ATTACH,
        HOST,
        0,
        generation ->
            new ViewPublisher(
                directory, "r1", HOST, generation, 0, new ViewOptions(64, 16, 64, 1024)));
  }

  private void attachHostAndMonitors() {
    commit(new Operation.AttachHost(HOST, 0, 40));
    commit(new Operation.AttachMonitor("a", HOST, 41));
    commit(new Operation.AttachMonitor("b", HOST, 42));
    tell();
  }

  private static Operation assign(String partition, long frame, long count, long guestFrame) {
    return new Operation.AssignPages(
        partition, new PageRange(frame, count), guestFrame, Rights.READ_WRITE);
  }

  private MonitorInfo monitor(String partition) {
    return ledger
        .queries()
        .monitor(ledger.queries().partition(partition).orElseThrow().id())
        .orElseThrow();
  }

  private ViewReading view(String partition) throws IOException {
    return ViewReading.of(directory.view("r1", partition));
  }

  private List<Event> commit(Operation... operations) {
    return assertInstanceOf(
            Outcome.Committed.class,
            execute(transaction(operations)),
            List.of(operations)::toString)
        .events();
  }

  private Transaction transaction(Operation... operations) {
    requestId++;
    return new Transaction(session, requestId, requestId, "t", List.of(), List.of(operations));
  }

  private Outcome execute(Transaction transaction) {
    Execution execution =
        ledger.execute(1_000, new Submission(transaction, transaction.hashCode()));
    Leaf leaf = assertInstanceOf(Execution.Executed.class, execution).leaf();
    leaves.add(leaf);
    return leaf.outcome();
  }

  private void tell() {
    projector.applied(List.copyOf(leaves), ledger);
    leaves.clear();
  }
}
