package org.ultravisor.ledger.command.client;

import java.util.TreeSet;

/** A session's ids: which are given out and not answered. On the client's thread. */
final class ClientSession {
  private final long number;
  private final TreeSet<Long> outstanding = new TreeSet<>();
  private long next = 1;

  ClientSession(long number) {
    this.number = number;
  }

  long number() {
    return number;
  }

  /** The lowest id whose answer is still wanted: what is below it, the ledger may forget. */
  long lowestUnanswered() {
    return outstanding.isEmpty() ? next : outstanding.first();
  }

  /** Whether another request may be sent: the ledger refuses ids that are too far apart. */
  boolean hasRoom(int mostOutstanding) {
    return outstanding.size() < mostOutstanding && next - lowestUnanswered() < ClientOptions.WINDOW;
  }

  long take() {
    long id = next++;
    outstanding.add(id);
    return id;
  }

  void answered(long id) {
    outstanding.remove(id);
  }
}
