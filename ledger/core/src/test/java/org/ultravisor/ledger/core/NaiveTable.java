package org.ultravisor.ledger.core;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows by key, every write of which can be taken back. */
final class NaiveTable<K extends Comparable<K>, V> {
  private final TreeMap<K, V> rows = new TreeMap<>();
  private final NaiveUndo undo;

  NaiveTable(NaiveUndo undo) {
    this.undo = undo;
  }

  @Nullable V get(K key) {
    return rows.get(key);
  }

  V require(K key) {
    V row = rows.get(key);
    if (row == null) {
      throw new AssertionError("the model has no row " + key);
    }
    return row;
  }

  boolean has(K key) {
    return rows.containsKey(key);
  }

  void put(K key, @Nullable V row) {
    V old = row == null ? rows.remove(key) : rows.put(key, row);
    undo.add(() -> put(key, old));
  }

  void remove(K key) {
    put(key, null);
  }

  Collection<V> values() {
    return rows.values();
  }

  Collection<K> keys() {
    return rows.keySet();
  }

  /** The rows as they are now, for loops that write. */
  List<V> copy() {
    return List.copyOf(rows.values());
  }

  int size() {
    return rows.size();
  }
}
