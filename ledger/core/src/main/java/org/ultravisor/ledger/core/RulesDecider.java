package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides on which rules decide. The answer follows from the state alone, never from what the
 * program that decides knows: programs of two versions must agree on it.
 */
final class RulesDecider {
  private final State state;

  RulesDecider(State state) {
    this.state = state;
  }

  Decision announce(Operation.AnnounceRules op) {
    long number = Attachments.replicaNumber(state, op.replica());
    if (number == Attachments.NO_NUMBER) {
      return rejected(Refusal.REPLICA_NOT_FOUND, op.replica());
    }
    return knownTo(number) == op.newest()
        ? Decision.nothingToDo()
        : Decision.accepted(new Event.RulesAnnounced(op.replica(), op.newest()));
  }

  Decision detach(Operation.DetachReplica op) {
    return Attachments.replicaNumber(state, op.replica()) == Attachments.NO_NUMBER
        ? rejected(Refusal.REPLICA_NOT_FOUND, op.replica())
        : Decision.accepted(new Event.ReplicaDetached(op.replica()));
  }

  Decision activate(Operation.ActivateRules op) {
    long active = state.next(Counter.RULES);
    if (op.version() <= active) {
      return rejected(
          Refusal.RULES_UNKNOWN, "version %d; %d is active".formatted(op.version(), active));
    }
    Map<String, Long> attached = attached();
    if (attached.isEmpty()) {
      return rejected(
          Refusal.RULES_UNKNOWN, "version %d; no replica is attached".formatted(op.version()));
    }
    List<String> behind =
        attached.entrySet().stream()
            .filter(replica -> replica.getValue() < op.version())
            .sorted(Comparator.comparing(Map.Entry::getKey))
            .map(replica -> "replica '%s' knows %d".formatted(replica.getKey(), replica.getValue()))
            .toList();
    return behind.isEmpty()
        ? Decision.accepted(new Event.RulesActivated(op.version()))
        : rejected(
            Refusal.RULES_UNKNOWN,
            "version %d; %s".formatted(op.version(), String.join(", ", behind)));
  }

  private Map<String, Long> attached() {
    Map<String, Long> attached = new TreeMap<>();
    state
        .replicas
        .rows()
        .forEach((number, replica) -> attached.put(replica.replica(), knownTo(number)));
    return attached;
  }

  private long knownTo(long number) {
    Long announced = state.replicaRules.get(number);
    return announced == null ? Counter.FIRST : announced;
  }
}
