package org.ultravisor.ledger.core;

/**
 * What the ledger numbers: each counter is one row, its key the counter's number here, its value
 * the next number to be issued. Numbers begin with 1 and are never issued twice. {@link #RULES} is
 * the version of the rules that the ledger decides by, from 1; {@link #COMPACTED} is no number to
 * be issued either, but the sequence through which history is compacted, and has no row until then.
 */
enum Counter {
  RULES(0),
  PARTITION(1),
  REVOCATION(2),
  INCARNATION(3),
  SESSION(4),
  REPLICA(5),
  LOAN(6),
  CHANNEL(7),
  RESERVATION(8),
  POLICY(9),
  SERVICE(10),
  COMPACTED(11);

  /** The value of a counter that has no row yet. */
  static final long FIRST = 1;

  private final long key;

  Counter(long key) {
    this.key = key;
  }

  /** Its key in {@link Tables#COUNTERS}. */
  long key() {
    return key;
  }
}
