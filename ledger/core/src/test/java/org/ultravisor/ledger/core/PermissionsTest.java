package org.ultravisor.ledger.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PermissionsTest {
  private static final Operation FENCE_BY_HAND = new Operation.FenceMonitor("a", 1, false, "why");
  private static final Operation FENCE = new Operation.FenceMonitor("a", 1, true, "why");

  @Test
  void everyOperationHasItsRoles() {
    assertEquals(Set.of(Operation.class.getPermittedSubclasses()), Permissions.operations());
  }

  @Test
  void aMonitorSpeaksForItsOwnPartitions() {
    Principal monitor = Principal.monitor("m", "a", "b");
    assertTrue(Permissions.allows(monitor, new Operation.AcknowledgeView("b", 1, 1)));
    assertTrue(Permissions.allows(monitor, new Operation.AttachMonitor("a", "h", 1)));
    assertFalse(Permissions.allows(monitor, new Operation.AcknowledgeView("c", 1, 1)));
    assertFalse(Permissions.allows(monitor, new Operation.AttachMonitor("c", "h", 1)));
    assertFalse(Permissions.allows(monitor, FENCE));
  }

  @Test
  void onlyOperationsFenceWithoutEvidence() {
    assertTrue(Permissions.allows(Principal.of("r1", Role.REPLICA), FENCE));
    assertFalse(Permissions.allows(Principal.of("r1", Role.REPLICA), FENCE_BY_HAND));
    assertTrue(Permissions.allows(Principal.of("ops", Role.OPERATIONS), FENCE_BY_HAND));
    assertFalse(Permissions.allows(Principal.of("cmd", Role.COMMAND), FENCE));
  }

  @Test
  void anAuditorAndOneWithoutARoleAskNothing() {
    Principal auditor = Principal.of("auditor", Role.AUDITOR);
    assertFalse(Permissions.allows(auditor, new Operation.Tick()));
    assertFalse(Permissions.allows(auditor, new Operation.OpenSession(1)));
    assertFalse(Permissions.allows(Principal.of("nobody"), new Operation.Tick()));
  }

  @Test
  void refusalNamesTheFirstOperationAndWhoMay() {
    Outcome.Refused refused =
        Permissions.forbidden(
            Principal.of("ops-1", Role.OPERATIONS),
            List.of(new Operation.DeletePolicy("p"), new Operation.StartPartition("a"), FENCE));
    assertEquals(
        new Outcome.Refused(
            0,
            1,
            Refusal.NOT_PERMITTED,
            "'ops-1' (OPERATIONS) may not ask StartPartition; COMMAND may"),
        refused);
  }

  @Test
  void localIsWhoeverIsOnThisMachineAndNobodyElse() {
    assertTrue(Permissions.allows(Principal.LOCAL, FENCE_BY_HAND));
    assertEquals(
        Principal.LOCAL,
        new Principal("(local)", Principal.LOCAL.roles(), List.of()),
        "as a leaf's JSON is read");
    assertThrows(IllegalArgumentException.class, () -> Principal.of("(local)", Role.OPERATIONS));
    assertThrows(IllegalArgumentException.class, () -> Principal.of("m", Role.MONITOR));
    assertThrows(IllegalArgumentException.class, () -> new Principal("m", List.of(), List.of("a")));
  }
}
