package org.ultravisor.ledger.core;

import java.util.List;

/** What {@code decide} says of one operation: the facts that follow, or why there are none. */
sealed interface Decision {
  record Accepted(List<Event> events) implements Decision {}

  record Rejected(Refusal reason, String detail) implements Decision {}

  static Decision accepted(Event event) {
    return new Accepted(List.of(event));
  }

  static Decision accepted(List<Event> events) {
    return new Accepted(events);
  }

  /** What was asked is so already. */
  static Decision nothingToDo() {
    return new Accepted(List.of());
  }

  static Rejected rejected(Refusal reason, String detail) {
    return new Rejected(reason, detail);
  }
}
