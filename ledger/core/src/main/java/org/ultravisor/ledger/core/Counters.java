package org.ultravisor.ledger.core;

/** The next numbers that the ledger issues, and the version of the rules that it decides by. */
record Counters(
    int rules,
    int nextPartition,
    long nextRevocation,
    long nextIncarnation,
    long nextSession,
    long nextReplica) {
  static final long KEY = 0;
  static final Counters FIRST = new Counters(1, 1, 1, 1, 1, 1);

  Counters withRules(int version) {
    return new Counters(
        version, nextPartition, nextRevocation, nextIncarnation, nextSession, nextReplica);
  }

  Counters afterPartition(int issued) {
    return new Counters(
        rules, issued + 1, nextRevocation, nextIncarnation, nextSession, nextReplica);
  }

  Counters afterRevocation(long issued) {
    return new Counters(
        rules, nextPartition, issued + 1, nextIncarnation, nextSession, nextReplica);
  }

  Counters afterIncarnation(long issued) {
    return new Counters(rules, nextPartition, nextRevocation, issued + 1, nextSession, nextReplica);
  }

  Counters afterSession(long issued) {
    return new Counters(
        rules, nextPartition, nextRevocation, nextIncarnation, issued + 1, nextReplica);
  }

  Counters afterReplica(long issued) {
    return new Counters(
        rules, nextPartition, nextRevocation, nextIncarnation, nextSession, issued + 1);
  }
}
