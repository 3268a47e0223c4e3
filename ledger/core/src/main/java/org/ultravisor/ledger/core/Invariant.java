package org.ultravisor.ledger.core;

/** Checks that are always on: when one fails the process must stop, not the request. */
final class Invariant {
  private Invariant() {}

  static void check(boolean holds, String what) {
    if (!holds) {
      throw new InvariantViolation(what);
    }
  }

  static void check(boolean holds, String what, long a) {
    if (!holds) {
      throw new InvariantViolation(what.formatted(a));
    }
  }

  static void check(boolean holds, String what, long a, long b) {
    if (!holds) {
      throw new InvariantViolation(what.formatted(a, b));
    }
  }

  static void check(boolean holds, String what, long a, long b, long c) {
    if (!holds) {
      throw new InvariantViolation(what.formatted(a, b, c));
    }
  }
}
