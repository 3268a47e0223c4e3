package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which role may ask what: one table, without any state. What is not in it nobody may ask but
 * {@link Principal#LOCAL}.
 */
public final class Permissions {
  private static final Map<Class<? extends Operation>, List<Role>> TABLE = table();

  private Permissions() {}

  /** The roles that may ask such an operation, some of them only of some: {@link #condition}. */
  public static List<Role> roles(Class<? extends Operation> operation) {
    return TABLE.getOrDefault(operation, List.of());
  }

  /** What bounds a role in such an operation, for people; empty if nothing does. */
  static String condition(Role role, Class<? extends Operation> operation) {
    if (role == Role.MONITOR) {
      return "for its own partitions";
    }
    return role == Role.REPLICA && operation == Operation.FenceMonitor.class ? "with evidence" : "";
  }

  /** Whether the principal may ask it; says nothing of whether the ledger can do it. */
  public static boolean allows(Principal principal, Operation operation) {
    if (principal.isLocal()) {
      return true;
    }
    for (Role role : roles(operation.getClass())) {
      if (principal.has(role) && within(principal, role, operation)) {
        return true;
      }
    }
    return false;
  }

  private static boolean within(Principal principal, Role role, Operation operation) {
    return switch (role) {
      case OPERATIONS, COMMAND, AUDITOR -> true;
      case REPLICA -> !(operation instanceof Operation.FenceMonitor fence) || fence.evidence();
      case MONITOR -> principal.partitions().contains(partition(operation));
    };
  }

  /** Of which partition a monitor speaks; one that no partition has where it does not. */
  private static String partition(Operation operation) {
    return switch (operation) {
      case Operation.AttachMonitor op -> op.partition();
      case Operation.AcknowledgeView op -> op.partition();
      default -> "";
    };
  }

  /** Why the principal may not ask one of these; null if it may ask them all. */
  static Outcome.@Nullable Refused forbidden(Principal principal, List<Operation> operations) {
    if (principal.isLocal()) {
      return null;
    }
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      if (!allows(principal, operation)) {
        return new Outcome.Refused(0, i, Refusal.NOT_PERMITTED, why(principal, operation));
      }
    }
    return null;
  }

  private static String why(Principal principal, Operation operation) {
    Class<? extends Operation> kind = operation.getClass();
    String who =
        roles(kind).stream()
            .map(role -> (role + " " + condition(role, kind)).strip())
            .collect(Collectors.joining(" or "));
    return "%s may not ask %s; %s may"
        .formatted(principal, kind.getSimpleName(), who.isEmpty() ? "nobody" : who);
  }

  private static Map<Class<? extends Operation>, List<Role>> table() {
    Map<Class<? extends Operation>, List<Role>> table = new HashMap<>();
    put(
        table,
        Role.OPERATIONS,
        Operation.PutPolicy.class,
        Operation.DeletePolicy.class,
        Operation.PutService.class,
        Operation.DeleteService.class,
        Operation.PromiseService.class,
        Operation.WithdrawService.class,
        Operation.SetLimits.class,
        Operation.FenceMonitor.class,
        Operation.AdministerCluster.class,
        Operation.ActivateRules.class,
        Operation.DetachReplica.class,
        Operation.Compact.class,
        Operation.OpenSession.class);
    put(
        table,
        Role.COMMAND,
        Operation.AddMemory.class,
        Operation.RemoveMemory.class,
        Operation.PoisonPages.class,
        Operation.AddProcessor.class,
        Operation.RemoveProcessor.class,
        Operation.AddDevice.class,
        Operation.RemoveDevice.class,
        Operation.CreatePartition.class,
        Operation.StartPartition.class,
        Operation.PausePartition.class,
        Operation.ResumePartition.class,
        Operation.StopPartition.class,
        Operation.DestroyPartition.class,
        Operation.AssignPages.class,
        Operation.AllocatePages.class,
        Operation.ReleasePages.class,
        Operation.DonatePages.class,
        Operation.LendPages.class,
        Operation.SharePages.class,
        Operation.RetrievePages.class,
        Operation.RelinquishPages.class,
        Operation.ReclaimPages.class,
        Operation.ProtectPages.class,
        Operation.AssignProcessor.class,
        Operation.ReleaseProcessor.class,
        Operation.AssignDevice.class,
        Operation.ReleaseDevice.class,
        Operation.OpenChannel.class,
        Operation.CloseChannel.class,
        Operation.Reserve.class,
        Operation.Post.class,
        Operation.Void.class,
        Operation.OpenSession.class);
    put(
        table,
        Role.REPLICA,
        Operation.AttachReplica.class,
        Operation.AttachHost.class,
        Operation.AttachMonitor.class,
        Operation.AcknowledgeView.class,
        Operation.RecordScrub.class,
        Operation.AnnounceRules.class,
        Operation.ReportState.class,
        Operation.FenceMonitor.class,
        Operation.Tick.class);
    put(table, Role.MONITOR, Operation.AttachMonitor.class, Operation.AcknowledgeView.class);
    return Map.copyOf(table);
  }

  private static void put(
      Map<Class<? extends Operation>, List<Role>> table, Role role, Class<?>... operations) {
    for (Class<?> operation : operations) {
      List<Role> roles = new ArrayList<>(table.getOrDefault(operation, List.of()));
      roles.add(role);
      table.put(operation.asSubclass(Operation.class), List.copyOf(roles));
    }
  }

  /** Every operation that somebody may ask. */
  static Set<Class<? extends Operation>> operations() {
    return TABLE.keySet();
  }
}
