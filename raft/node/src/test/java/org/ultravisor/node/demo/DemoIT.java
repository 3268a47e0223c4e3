package org.ultravisor.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.core.Outcome;

/** The demo itself, small; and that it fails when an acknowledged transaction is gone. */
class DemoIT {
  private static final Logger LOG = LoggerFactory.getLogger(DemoIT.class);

  @Test
  void everyPromiseHolds() throws Exception {
    DemoReport report = run(new DemoOptions(3, 2, 1024, 1, 4, 4), UnaryOperator.identity());
    assertEquals(List.of(), report.violations());
    assertEquals(2, report.monitors());
    assertEquals(3, report.replicasCompared());
  }

  @Test
  void aDroppedAcknowledgedEntryIsFound() throws Exception {
    DemoReport report = run(new DemoOptions(1, 1, 1024, 1, 2, 1), DemoIT::withAnAnswerThatNoLogHas);
    assertEquals(1, report.acknowledgedLost());
    assertFalse(report.violations().isEmpty());
    assertTrue(report.toTable().contains("FAILED"), report.toTable());
  }

  /** As the client sees it when the cluster drops an entry that it had acknowledged. */
  private static List<Outcome> withAnAnswerThatNoLogHas(List<Outcome> answers) {
    List<Outcome> planted = new ArrayList<>(answers);
    planted.add(new Outcome.Committed(answers.getLast().sequence() + 1_000_000, List.of()));
    return planted;
  }

  private static DemoReport run(DemoOptions options, UnaryOperator<List<Outcome>> beforeAudit)
      throws Exception {
    try (Demo demo = new Demo(options, step -> LOG.info("demo: {}", step), beforeAudit)) {
      demo.awaitReady();
      demo.prepare();
      DemoReport report = demo.prove();
      LOG.info("\n{}", report.toTable());
      return report;
    }
  }
}
