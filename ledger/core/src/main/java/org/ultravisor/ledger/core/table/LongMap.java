package org.ultravisor.ledger.core.table;

import org.jspecify.annotations.Nullable;

/**
 * A map from non-negative longs to immutable values whose snapshot costs nothing: a tree of 32-way
 * nodes, copied on the first write after a snapshot and changed in place otherwise. Equal contents
 * have equal trees up to the height of the root. One thread writes; snapshots may be read by any.
 */
public final class LongMap<V> implements LongMapView<V> {
  private @Nullable TrieNode root;
  private int shift;
  private int size;

  /** Nodes with this stamp are this map's alone. */
  private long stamp = 1;

  private @Nullable Object replaced;

  @Override
  @SuppressWarnings("unchecked") // Only values of V are ever put.
  public @Nullable V get(long key) {
    return (V) Trie.find(root, shift, key);
  }

  /** Sets or, with null, removes; returns what was there. */
  @SuppressWarnings("unchecked") // Only values of V are ever put.
  public @Nullable V put(long key, @Nullable V value) {
    if (key < 0) {
      throw new IllegalArgumentException("key is negative: " + key);
    }
    if (value == null && (root == null || !Trie.reaches(shift, key))) {
      return null;
    }
    TrieNode top = root == null ? new TrieNode(stamp) : root;
    while (!Trie.reaches(shift, key)) {
      TrieNode above = new TrieNode(stamp);
      if (!top.isEmpty()) {
        above.set(0, top);
      }
      top = above;
      shift += TrieNode.BITS;
    }
    replaced = null;
    root = put(top, shift, key, value);
    V old = (V) replaced;
    replaced = null;
    size += (value == null ? 0 : 1) - (old == null ? 0 : 1);
    return old;
  }

  public @Nullable V remove(long key) {
    return put(key, null);
  }

  @SuppressWarnings("ReferenceEquality") // The same object means that nothing is to be written.
  private @Nullable TrieNode put(TrieNode node, int at, long key, @Nullable Object value) {
    int index = Trie.index(key, at);
    Object old = node.child(index);
    Object child = value;
    if (at == 0) {
      replaced = old;
    } else if (old != null) {
      child = put((TrieNode) old, at - TrieNode.BITS, key, value);
    } else if (value != null) {
      child = put(new TrieNode(stamp), at - TrieNode.BITS, key, value);
    }
    if (child == old) {
      return node;
    }
    TrieNode mine = node.writable(stamp);
    mine.set(index, child);
    return mine.isEmpty() ? null : mine;
  }

  /** The contents as they are now, unchanging; costs nothing. */
  public LongMapView<V> snapshot() {
    stamp++;
    return view();
  }

  Trie<V> frozen() {
    return view();
  }

  private Trie<V> view() {
    return new Trie<>(root, shift, size);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long floorKey(long key) {
    return view().floorKey(key);
  }

  @Override
  public void forEach(Visitor<V> visitor) {
    view().forEach(visitor);
  }

  @Override
  public void forEachChangedSince(LongMapView<V> older, ChangeVisitor<V> visitor) {
    view().forEachChangedSince(older, visitor);
  }
}
