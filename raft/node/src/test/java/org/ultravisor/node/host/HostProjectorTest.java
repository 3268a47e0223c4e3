package org.ultravisor.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.mapping.PageRange;

/** A real ledger's leaves, written to real views, read back and compared with the ledger's map. */
class HostProjectorTest {
  @TempDir Path root = Path.of("");
  private ProjectorFixture fixture;

  @BeforeEach
  void begin() {
    fixture = new ProjectorFixture(root);
  }

  @AfterEach
  void closeViews() throws IOException {
    fixture.close();
  }

  @Test
  void nothingIsWrittenBeforeTheReplicaIsAttached() throws IOException {
    fixture.attachHostAndMonitors();
    assertFalse(Files.exists(fixture.directory.view("r1", "a")));
    assertFalse(fixture.projector.facts().replicaAttached());
    fixture.commit(ProjectorFixture.ATTACH);
    fixture.tell();
    assertTrue(fixture.projector.facts().replicaAttached());
    assertTrue(Files.exists(fixture.directory.view("r1", "a")));
    assertTrue(Files.exists(fixture.directory.hostView("r1")));
    assertFalse(Files.exists(fixture.directory.view("r1", "c")), "c has no monitor on this host");
    assertEquals(
        List.of("a live", "b live"),
        ViewSummary.of(fixture.directory).stream()
            .map(v -> v.partition() + " " + v.state())
            .toList());
  }

  @Test
  void aPageComesAndGoes() throws IOException {
    fixture.commit(ProjectorFixture.ATTACH);
    fixture.attachHostAndMonitors();
    fixture.commit(ProjectorFixture.assign("a", 100, 8, 2000));
    fixture.tell();
    ViewReading given = fixture.view("a");
    assertEquals(8, given.pages().size());
    assertEquals(100L << 3 | 3, given.pages().get(2000L));
    assertEquals(1, given.state());
    assertEquals(1, given.partitionState());
    assertEquals(fixture.monitor("a").incarnation(), given.incarnation());
    assertEquals(fixture.monitor("a").attachedAt(), given.floor());

    fixture.commit(new Operation.ReleasePages("a", new PageRange(100, 4)));
    fixture.tell();
    assertEquals(Set.of(2004L, 2005L, 2006L, 2007L), fixture.view("a").pages().keySet());
    assertEquals(
        Map.of(fixture.monitor("a").incarnation(), fixture.ledger.sequence()),
        fixture.projector.facts().awaited());
    assertEquals(Set.of(), fixture.projector.facts().scrubsDue());

    long seen = fixture.ledger.sequence();
    fixture.commit(new Operation.AcknowledgeView("a", fixture.monitor("a").incarnation(), seen));
    fixture.tell();
    assertEquals(1, fixture.projector.facts().scrubsDue().size());
    assertEquals(Map.of(), fixture.projector.facts().awaited());
  }

  @Test
  void whoAnswersIsToldWhenSomethingIsAwaitedAndOnlyThen() throws IOException {
    List<Map<Long, Long>> told = new ArrayList<>();
    fixture.projector.onAwaited(() -> told.add(fixture.projector.facts().awaited()));
    fixture.commit(ProjectorFixture.ATTACH);
    fixture.attachHostAndMonitors();
    fixture.commit(ProjectorFixture.assign("a", 100, 8, 2000));
    fixture.tell();
    assertEquals(List.of(), told);
    fixture.commit(new Operation.ReleasePages("a", new PageRange(100, 4)));
    fixture.tell();
    assertEquals(List.of(fixture.projector.facts().awaited()), told);
    fixture.commit(ProjectorFixture.assign("a", 200, 1, 5000));
    fixture.tell();
    assertEquals(1, told.size(), "nothing more is awaited than before");
  }

  @Test
  void aDonatedPageIsSeenByTheReceiverAtTheEndOnly() throws IOException {
    fixture.commit(ProjectorFixture.ATTACH);
    fixture.attachHostAndMonitors();
    fixture.commit(ProjectorFixture.assign("a", 0, 4, 0));
    fixture.commit(new Operation.DonatePages("a", "b", new PageRange(0, 4), 10, false));
    fixture.tell();
    assertEquals(Set.of(), fixture.view("a").pages().keySet());
    assertEquals(Set.of(), fixture.view("b").pages().keySet());
    fixture.commit(
        new Operation.AcknowledgeView(
            "a", fixture.monitor("a").incarnation(), fixture.ledger.sequence()));
    fixture.tell();
    assertEquals(Set.of(10L, 11L, 12L, 13L), fixture.view("b").pages().keySet());
  }

  @Test
  void anotherHostsMonitorHasNoViewHere() throws IOException {
    fixture.commit(ProjectorFixture.ATTACH);
    fixture.attachHostAndMonitors();
    fixture.commit(new Operation.AttachHost("elsewhere", 9, 50));
    fixture.commit(new Operation.AttachMonitor("c", "elsewhere", 51));
    fixture.tell();
    assertFalse(Files.exists(fixture.directory.view("r1", "c")));
    fixture.commit(
        new Operation.FenceMonitor("c", fixture.monitor("c").incarnation(), true, "gone"));
    fixture.commit(new Operation.AttachMonitor("c", ProjectorFixture.HOST, 52));
    fixture.commit(ProjectorFixture.assign("c", 64, 1, 5));
    fixture.tell();
    assertEquals(Set.of(5L), fixture.view("c").pages().keySet());
  }

  @Test
  void aFencedMonitorsViewSaysThatNobodyIsAttached() throws IOException {
    fixture.commit(ProjectorFixture.ATTACH);
    fixture.attachHostAndMonitors();
    fixture.tell();
    fixture.commit(
        new Operation.FenceMonitor("a", fixture.monitor("a").incarnation(), true, "gone"));
    fixture.tell();
    assertEquals(0, fixture.view("a").nonce());
    fixture.commit(new Operation.StopPartition("a"));
    fixture.commit(new Operation.DestroyPartition("a"));
    fixture.tell();
    assertFalse(
        Files.exists(fixture.directory.view("r1", "a")), "a destroyed partition has no view");
  }

  @Test
  void aSnapshotBringsNewViewsOfTheSameContent() throws IOException {
    fixture.commit(ProjectorFixture.ATTACH);
    fixture.attachHostAndMonitors();
    fixture.commit(ProjectorFixture.assign("a", 100, 8, 2000));
    fixture.tell();
    ViewReading before = fixture.view("a");
    fixture.projector.snapshotInstalled(fixture.ledger);
    ViewReading after = fixture.view("a");
    assertEquals(before, after);
    assertEquals(before.generation(), after.generation());
  }

  @Test
  void anotherProcessUnderThisNameEndsTheReplica() {
    fixture.commit(ProjectorFixture.ATTACH, new Operation.AttachReplica("r1", 78));
    String message =
        org.junit.jupiter.api.Assertions.assertThrows(IllegalStateException.class, fixture::tell)
            .toString();
    assertTrue(message.contains("stop one of the two"), message);
  }
}
