package org.ultravisor.ledger.core;

import java.util.List;

/** Who may ask what, said once more and otherwise: by the name of the operation. */
final class NaiveRoles {
  private static final String OPERATIONS =
      "PutPolicy DeletePolicy PutService DeleteService PromiseService WithdrawService SetLimits"
          + " FenceMonitor AdministerCluster ActivateRules DetachReplica Compact OpenSession";
  private static final String REPLICA =
      "AttachReplica AttachHost AttachMonitor AcknowledgeView RecordScrub Tick AnnounceRules"
          + " ReportState";

  private NaiveRoles() {}

  /** Index of the first operation that the principal may not ask; -1 if there is none. */
  static int forbidden(Principal principal, List<Operation> operations) {
    for (int i = 0; i < operations.size(); i++) {
      if (!principal.name().equals("(local)") && !may(principal, operations.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean may(Principal principal, Operation operation) {
    String name = operation.getClass().getSimpleName();
    boolean keeps = (" " + OPERATIONS + " ").contains(" " + name + " ");
    boolean reports = (" " + REPLICA + " ").contains(" " + name + " ");
    boolean commands = (!keeps && !reports) || operation instanceof Operation.OpenSession;
    boolean evidence = operation instanceof Operation.FenceMonitor fence && fence.evidence();
    boolean monitors =
        switch (operation) {
          case Operation.AttachMonitor attach ->
              principal.partitions().contains(attach.partition());
          case Operation.AcknowledgeView view -> principal.partitions().contains(view.partition());
          default -> false;
        };
    return principal.roles().stream()
        .anyMatch(
            role ->
                switch (role) {
                  case OPERATIONS -> keeps;
                  case COMMAND -> commands;
                  case REPLICA -> reports || evidence;
                  case MONITOR -> monitors;
                  case AUDITOR -> false;
                });
  }
}
