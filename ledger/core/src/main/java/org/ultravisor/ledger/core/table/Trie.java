package org.ultravisor.ledger.core.table;

import org.jspecify.annotations.Nullable;

/** Reads a tree of {@link TrieNode}s, of which the root consumes the bits from {@code shift} up. */
@SuppressWarnings("unchecked") // Children at shift 0 are values, above it nodes, by construction.
record Trie<V>(@Nullable TrieNode root, int shift, int size) implements LongMapView<V> {
  /** The shift whose node takes the top bits of a non-negative long. */
  static final int MAX_SHIFT = 60;

  static boolean reaches(int shift, long key) {
    return shift >= MAX_SHIFT || (key >>> (shift + TrieNode.BITS)) == 0;
  }

  static int index(long key, int shift) {
    return (int) (key >>> shift) & TrieNode.MASK;
  }

  @Override
  public @Nullable V get(long key) {
    return (V) find(root, shift, key);
  }

  static @Nullable Object find(@Nullable TrieNode root, int shift, long key) {
    TrieNode node = root;
    if (node == null || key < 0 || !reaches(shift, key)) {
      return null;
    }
    for (int at = shift; at > 0; at -= TrieNode.BITS) {
      node = (TrieNode) node.child(index(key, at));
      if (node == null) {
        return null;
      }
    }
    return node.child(index(key, 0));
  }

  @Override
  public long floorKey(long key) {
    if (root == null || key < 0) {
      return NO_KEY;
    }
    long reach = shift >= MAX_SHIFT ? Long.MAX_VALUE : (1L << (shift + TrieNode.BITS)) - 1;
    return floor(root, shift, Math.min(key, reach), 0);
  }

  private static long floor(TrieNode node, int shift, long key, long prefix) {
    int wanted = index(key, shift);
    for (int i = node.floorIndex(wanted); i >= 0; i = i == 0 ? -1 : node.floorIndex(i - 1)) {
      long found = prefix | (long) i << shift;
      if (shift == 0) {
        return found;
      }
      TrieNode child = (TrieNode) node.child(i);
      if (child != null) {
        found = floor(child, shift - TrieNode.BITS, i == wanted ? key : Long.MAX_VALUE, found);
        if (found != NO_KEY) {
          return found;
        }
      }
    }
    return NO_KEY;
  }

  @Override
  public void forEach(Visitor<V> visitor) {
    if (root != null) {
      forEach(root, shift, 0, visitor);
    }
  }

  @SuppressWarnings("unchecked") // As above.
  private static <V> void forEach(TrieNode node, int shift, long prefix, Visitor<V> visitor) {
    for (int i = 0; i <= TrieNode.MASK; i++) {
      Object child = node.child(i);
      if (child != null) {
        long key = prefix | (long) i << shift;
        if (shift > 0) {
          forEach((TrieNode) child, shift - TrieNode.BITS, key, visitor);
        } else {
          visitor.visit(key, (V) child);
        }
      }
    }
  }

  @Override
  public void forEachChangedSince(LongMapView<V> older, ChangeVisitor<V> visitor) {
    Trie<V> before = older instanceof LongMap<V> map ? map.frozen() : (Trie<V>) older;
    int common = Math.max(shift, before.shift);
    changes(
        lifted(before, common), lifted(this, common), common, 0, (ChangeVisitor<Object>) visitor);
  }

  /** A root that reaches as far as that of the higher of two tries. */
  private static @Nullable TrieNode lifted(Trie<?> trie, int shift) {
    TrieNode root = trie.root;
    for (int at = trie.shift; root != null && at < shift; at += TrieNode.BITS) {
      TrieNode above = new TrieNode(0);
      above.set(0, root);
      root = above;
    }
    return root;
  }

  @SuppressWarnings("ReferenceEquality") // What both trees share has not changed.
  private static void changes(
      @Nullable TrieNode old,
      @Nullable TrieNode now,
      int shift,
      long prefix,
      ChangeVisitor<Object> visitor) {
    for (int i = 0; i <= TrieNode.MASK; i++) {
      Object before = old == null ? null : old.child(i);
      Object after = now == null ? null : now.child(i);
      if (before == after) {
        continue;
      }
      long key = prefix | (long) i << shift;
      if (shift > 0) {
        changes((TrieNode) before, (TrieNode) after, shift - TrieNode.BITS, key, visitor);
      } else if (before == null || !before.equals(after)) {
        visitor.visit(key, before, after);
      }
    }
  }
}
