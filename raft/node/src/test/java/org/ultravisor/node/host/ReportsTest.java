package org.ultravisor.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.ultravisor.ledger.core.HostInfo;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;

/** What is reported for which facts and files. */
class ReportsTest {
  private final Reports reports = new Reports("h", 3);
  private final HostInfo host = new HostInfo("h", 3, 7, 70);
  private final MonitorInfo monitor = new MonitorInfo(1, "h", 8, 80, 20, 20);

  @Test
  void anAgentAttachesOnceAndSaysNothingBefore() {
    Answers.Agent agent = new Answers.Agent(70, 0, Set.of(5L), Set.of(8L));
    HostFacts without = facts(null, Map.of(), Map.of(), Set.of(5L));
    assertEquals(
        List.of(new Operation.AttachHost("h", 3, 70)),
        reports.due(without, new Answers(List.of(), agent)));
    HostFacts with = facts(host, Map.of("p", monitor), Map.of(), Set.of(5L));
    assertEquals(List.of(), reports.due(with, new Answers(List.of(), agent)));
  }

  @Test
  void aNewAgentReplacesTheOld() {
    Answers.Agent agent = new Answers.Agent(71, 0, Set.of(), Set.of());
    assertEquals(
        List.of(new Operation.AttachHost("h", 3, 71)),
        reports.due(facts(host, Map.of(), Map.of(), Set.of()), new Answers(List.of(), agent)));
  }

  @Test
  void scrubsAndDeathsThatTheLedgerAwaits() {
    Answers.Agent agent = new Answers.Agent(70, 7, Set.of(4L, 5L, 6L), Set.of(8L, 9L));
    MonitorInfo elsewhere = new MonitorInfo(2, "other", 9, 90, 21, 21);
    assertEquals(
        List.of(
            new Operation.FenceMonitor("p", 8, true, "the kernel released the monitor's lock"),
            new Operation.RecordScrub("h", 7, 5),
            new Operation.RecordScrub("h", 7, 6)),
        reports.due(
            facts(host, Map.of("p", monitor, "q", elsewhere), Map.of(), Set.of(5L, 6L, 100L)),
            new Answers(List.of(), agent)));
  }

  @Test
  void onlyTheLivingAttachAndOnlyWhereNobodyIs() {
    Answers answers =
        new Answers(
            List.of(
                new Answers.Monitor("p", 81, 0, 0, true),
                new Answers.Monitor("q", 82, 0, 0, false),
                new Answers.Monitor("r", 83, 0, 0, true),
                new Answers.Monitor("unknown", 84, 0, 0, true)),
            null);
    HostFacts facts = facts(host, Map.of("p", monitor), Map.of(), Set.of());
    assertEquals(List.of(new Operation.AttachMonitor("r", "h", 83)), reports.due(facts, answers));
    assertEquals(
        List.of(), reports.due(facts(null, Map.of(), Map.of(), Set.of()), answers), "no host yet");
  }

  /** Or acknowledging would make a leaf, whose view is acknowledged, without end. */
  @Test
  void onlyAwaitedAcknowledgementsAreReported() {
    Map<String, MonitorInfo> monitors = Map.of("p", monitor);
    Answers answers = new Answers(List.of(new Answers.Monitor("p", 80, 8, 30, true)), null);
    assertEquals(
        List.of(new Operation.AcknowledgeView("p", 8, 30)),
        reports.due(facts(host, monitors, Map.of(8L, 30L), Set.of()), answers));
    assertEquals(List.of(), reports.due(facts(host, monitors, Map.of(8L, 31L), Set.of()), answers));
    assertEquals(List.of(), reports.due(facts(host, monitors, Map.of(), Set.of()), answers));
    assertEquals(List.of(), reports.due(facts(host, monitors, Map.of(9L, 1L), Set.of()), answers));
  }

  /** Another replica's view may be ahead of this one's ledger: what is reported is not. */
  @Test
  void acknowledgementsAreCappedAtTheSequenceKnownHere() {
    Answers answers = new Answers(List.of(new Answers.Monitor("p", 80, 8, 999, true)), null);
    assertEquals(
        List.of(new Operation.AcknowledgeView("p", 8, 100)),
        reports.due(facts(host, Map.of("p", monitor), Map.of(8L, 30L), Set.of()), answers));
  }

  private static HostFacts facts(
      @Nullable HostInfo host,
      Map<String, MonitorInfo> monitors,
      Map<Long, Long> awaited,
      Set<Long> due) {
    return new HostFacts(
        100, true, Optional.ofNullable(host), Set.of("p", "q", "r"), monitors, awaited, due);
  }
}
