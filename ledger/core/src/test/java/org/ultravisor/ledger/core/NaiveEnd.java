package org.ultravisor.ledger.core;

import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.Rights;

/** What one page becomes when it no longer waits. */
record NaiveEnd(Kind kind, int partition, long guest, @Nullable Rights rights) {
  enum Kind {
    AVAILABLE,
    OWNED,
    POISONED,
    LENT,
    PROTECTED,
    RETURNED
  }

  static final NaiveEnd AVAILABLE = new NaiveEnd(Kind.AVAILABLE, 0, -1, null);
  static final NaiveEnd POISONED = new NaiveEnd(Kind.POISONED, 0, -1, null);
  static final NaiveEnd LENT = new NaiveEnd(Kind.LENT, 0, -1, null);
  static final NaiveEnd RETURNED = new NaiveEnd(Kind.RETURNED, 0, -1, null);

  static NaiveEnd owned(int partition, long guest, @Nullable Rights rights) {
    return new NaiveEnd(Kind.OWNED, partition, guest, rights);
  }

  static NaiveEnd protectedAs(Rights rights) {
    return new NaiveEnd(Kind.PROTECTED, 0, -1, rights);
  }

  boolean is(Kind other) {
    return kind == other;
  }
}
