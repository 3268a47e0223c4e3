package org.ultravisor.node.host;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.ledger.core.MonitorInfo;
import org.ultravisor.ledger.core.Operation;

/**
 * Finds what the ledger should be told: what the files say and the ledger does not know yet. Pure:
 * the same facts and answers give the same operations. Each is harmless when done twice.
 */
final class Reports {
  private final String hostName;
  private final int window;

  Reports(String hostName, int window) {
    this.hostName = hostName;
    this.window = window;
  }

  /** In the order in which they should be submitted. */
  List<Operation> due(HostFacts facts, Answers answers) {
    List<Operation> due = new ArrayList<>();
    Answers.Agent agent = answers.agent();
    if (agent != null) {
      reportAgent(facts, agent, due);
    }
    for (Answers.Monitor monitor : answers.monitors()) {
      reportMonitor(facts, monitor, due);
    }
    return due;
  }

  private void reportAgent(HostFacts facts, Answers.Agent agent, List<Operation> due) {
    if (facts.host().isEmpty() || facts.host().get().nonce() != agent.nonce()) {
      due.add(new Operation.AttachHost(hostName, window, agent.nonce()));
      return; // what it says counts once it is attached
    }
    long incarnation = facts.host().get().incarnation();
    if (agent.incarnation() != incarnation) {
      return; // it has not seen its attachment yet: what it says is about another one
    }
    facts
        .monitors()
        .forEach(
            (partition, monitor) -> {
              if (monitor.host().equals(hostName) && agent.dead().contains(monitor.incarnation())) {
                due.add(
                    new Operation.FenceMonitor(
                        partition,
                        monitor.incarnation(),
                        true,
                        "the kernel released the monitor's lock"));
              }
            });
    facts.scrubsDue().stream()
        .filter(agent.scrubbed()::contains)
        .sorted()
        .forEach(
            revocation -> due.add(new Operation.RecordScrub(hostName, incarnation, revocation)));
  }

  private void reportMonitor(HostFacts facts, Answers.Monitor said, List<Operation> due) {
    MonitorInfo attached = facts.monitors().get(said.partition());
    if (attached == null) {
      // A file outlives its process: only one that lives may attach, or the dead would come back.
      if (said.alive()
          && facts.partitions().contains(said.partition())
          && facts.host().isPresent()) {
        due.add(new Operation.AttachMonitor(said.partition(), hostName, said.nonce()));
      }
      return;
    }
    if (attached.nonce() != said.nonce() || attached.incarnation() != said.incarnation()) {
      return; // another's file: the attached one must be fenced first
    }
    Long awaited = facts.awaited().get(said.incarnation());
    if (awaited != null && said.acknowledged() >= awaited) {
      due.add(
          new Operation.AcknowledgeView(
              said.partition(),
              said.incarnation(),
              Math.min(said.acknowledged(), facts.sequence())));
    }
  }
}
