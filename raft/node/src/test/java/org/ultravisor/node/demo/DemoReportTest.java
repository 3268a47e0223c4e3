package org.ultravisor.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoReportTest {

  private static DemoReport report(
      long acknowledged, long lost, long bad, boolean hashes, boolean audit) {
    return new DemoReport(
        3,
        false,
        1024,
        6,
        3,
        2.5,
        acknowledged,
        lost,
        400,
        12,
        100,
        bad,
        5,
        3,
        hashes,
        audit,
        99,
        1.5,
        20);
  }

  @Test
  void passesOnlyIfAllHeld() {
    assertEquals(List.of(), report(10, 0, 0, true, true).violations());
    assertEquals(1, report(10, 1, 0, true, true).violations().size());
    assertEquals(1, report(10, 0, 1, true, true).violations().size());
    assertEquals(1, report(10, 0, 0, false, true).violations().size());
    assertEquals(1, report(10, 0, 0, true, false).violations().size());
  }

  @Test
  void nothingCheckedIsNoPass() {
    DemoReport nothing =
        new DemoReport(3, false, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, true, true, 0, 0, 0);
    assertEquals(9, nothing.violations().size(), nothing.violations().toString());
  }

  @Test
  void jsonHasTheContractsNames() {
    String json = report(10, 0, 0, true, true).toJson();
    for (String name :
        List.of(
            "replicas",
            "pages_installed",
            "partitions",
            "monitors",
            "transactions_acknowledged",
            "acknowledged_lost",
            "failover_ms",
            "monitor_longest_stall_ms",
            "contained_faults",
            "replica_hashes_equal",
            "audit_verified",
            "revocation_ms_p50")) {
      assertTrue(json.contains("\"" + name + "\":"), name + " in " + json);
    }
    assertTrue(report(10, 0, 0, true, true).toTable().endsWith("PASSED: all of it held.\n"));
    assertTrue(
        report(10, 2, 0, true, true).toTable().contains("2 acknowledged transactions were lost"));
  }
}
