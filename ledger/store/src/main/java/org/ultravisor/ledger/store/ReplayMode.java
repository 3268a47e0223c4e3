package org.ultravisor.ledger.store;

/** How a state is rebuilt from the audit log. */
public enum ReplayMode {
  /** Apply the recorded events: what recovery does. */
  EVENTS,
  /** Decide each transaction anew and compare the outcome with the recorded one. */
  DECISIONS
}
