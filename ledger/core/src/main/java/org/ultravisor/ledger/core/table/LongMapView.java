package org.ultravisor.ledger.core.table;

import org.jspecify.annotations.Nullable;

/** A map from non-negative longs to immutable values, in ascending order of key. */
public interface LongMapView<V> {
  /** Returned where no key fits. */
  long NO_KEY = -1;

  @Nullable V get(long key);

  int size();

  /** The greatest key that is not above this one, or {@link #NO_KEY}. */
  long floorKey(long key);

  void forEach(Visitor<V> visitor);

  /**
   * Visits the keys whose values differ from an older snapshot's of the same map, at a cost that
   * depends on how many differ.
   */
  void forEachChangedSince(LongMapView<V> older, ChangeVisitor<V> visitor);

  /** Receives entries in ascending order of key. */
  @FunctionalInterface
  interface Visitor<V> {
    void visit(long key, V value);
  }

  /** Receives changes in ascending order of key; at least one of the values is not null. */
  @FunctionalInterface
  interface ChangeVisitor<V> {
    void visit(long key, @Nullable V old, @Nullable V now);
  }
}
