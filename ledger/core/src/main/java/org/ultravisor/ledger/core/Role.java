package org.ultravisor.ledger.core;

/** A part that a principal plays. Which operations each may ask is {@link Permissions}' table. */
public enum Role {
  /** The operations partition and its people: policy, services, limits, rules, history, fences. */
  OPERATIONS("keeps policy, services and limits, and looks after the ledger itself"),
  /** The command partition: turns policy into requests. */
  COMMAND("gives resources to partitions and takes them back"),
  /** A replica and its host's agent: report what happened on their host. */
  REPLICA("reports what it and its host did"),
  /** A partition's monitor: speaks for that partition only. */
  MONITOR("attaches and acknowledges for its own partitions"),
  /** Reads, and asks for nothing. */
  AUDITOR("reads");

  private final String sentence;

  Role(String sentence) {
    this.sentence = sentence;
  }

  /** What it does, for people; without a subject. */
  public String sentence() {
    return sentence;
  }
}
