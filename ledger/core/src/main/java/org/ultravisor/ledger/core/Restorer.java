package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Builds a state from the records of an image. */
final class Restorer {
  private final State state;

  Restorer(State state) {
    this.state = state;
  }

  void restore(long sequence, StateHash expected, Iterable<StateRecord> records) {
    for (StateRecord record : records) {
      try {
        put(record);
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(
            "a record of table %d cannot be: %s".formatted(record.table(), e.getMessage()), e);
      }
    }
    orderSessions();
    if (state.sequence != sequence) {
      throw new IllegalStateException(
          "the image's records are of sequence %d where %d was expected"
              .formatted(state.sequence, sequence));
    }
    StateHash hash = state.hash();
    if (!hash.equals(expected)) {
      throw new IllegalStateException(
          "the image's records at sequence %d have hash %s where %s was expected"
              .formatted(sequence, hash, expected));
    }
  }

  private void put(StateRecord record) {
    switch (record.table()) {
      case Tables.CLOCK -> {
        ClockRecord clock = ClockRecord.read(record.value());
        state.sequence = clock.sequence();
        state.ledgerTime = clock.ledgerTime();
      }
      case Tables.OWNER_MAP ->
          OwnerRecords.restore(state.memory.owner(), record.key(), record.value());
      case Tables.MEMORY_MAPS -> MapRecords.restore(state.memory, record.key(), record.value());
      default -> table(record.table()).restore(record.key(), record.value());
    }
  }

  private Table<?> table(int number) {
    for (Table<?> table : state.tables()) {
      if (table.number() == number) {
        return table;
      }
    }
    throw new IllegalStateException("there is no table " + number);
  }

  /** Sessions were idle since their last transaction; those opened by one, in order of number. */
  private void orderSessions() {
    List<SessionInfo> sessions = new ArrayList<>();
    state.sessions.rows().forEach((number, session) -> sessions.add(session));
    sessions.sort(
        Comparator.comparingLong(SessionInfo::lastSequence)
            .thenComparingLong(SessionInfo::session));
    state.indexes.sessionsByIdleness.clear();
    sessions.forEach(session -> state.indexes.sessionsByIdleness.put(session.session(), true));
  }
}
