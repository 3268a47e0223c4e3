package org.ultravisor.node.host;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the monitors' and the host agent's files say at one moment.
 *
 * @param agent null if there is no agent that lives
 */
record Answers(List<Monitor> monitors, @Nullable Agent agent) {
  static final Answers NONE = new Answers(List.of(), null);

  Answers {
    monitors = List.copyOf(monitors);
  }

  /**
   * A monitor's acknowledgement file.
   *
   * @param nonce chosen by the process
   * @param incarnation as the monitor found it in a view; 0 if it has not yet
   * @param acknowledged ledger sequence; 0 for none
   * @param alive whether the process that wrote the file still lives
   */
  record Monitor(
      String partition, long nonce, long incarnation, long acknowledged, boolean alive) {}

  /**
   * The host agent's acknowledgement file.
   *
   * @param incarnation as the agent found it in a host view; 0 if it has not yet
   * @param scrubbed revocations whose pages it has zeroed
   * @param dead incarnations of monitors whose lock the kernel has released
   */
  record Agent(long nonce, long incarnation, Set<Long> scrubbed, Set<Long> dead) {
    Agent {
      scrubbed = Set.copyOf(scrubbed);
      dead = Set.copyOf(dead);
    }
  }
}
