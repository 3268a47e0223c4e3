package org.ultravisor.ledger.core;

import org.jspecify.annotations.Nullable;

/** Finds replicas by name; there are a handful. */
final class Attachments {
  private Attachments() {}

  static final long NO_NUMBER = -1;

  static @Nullable ReplicaInfo replica(State state, String name) {
    long number = replicaNumber(state, name);
    return number == NO_NUMBER ? null : state.replicas.require(number);
  }

  /** The number of a replica that must be attached. */
  static long require(State state, String name) {
    long number = replicaNumber(state, name);
    if (number == NO_NUMBER) {
      throw new InvariantViolation("replica '%s' is not attached".formatted(name));
    }
    return number;
  }

  static long replicaNumber(State state, String name) {
    long[] found = {NO_NUMBER};
    state
        .replicas
        .rows()
        .forEach(
            (number, replica) -> {
              if (replica.replica().equals(name)) {
                found[0] = number;
              }
            });
    return found[0];
  }
}
