package org.ultravisor.bridge;

import static org.ultravisor.bridge.ViewLayout.NODE_ENTRIES;

import org.jspecify.annotations.Nullable;

/**
 * The tree of the open transaction: what readers will see once its root is published. Leaves are as
 * large as the alignment of both addresses allows; 1024 leaves that continue each other become one;
 * a node without entries goes.
 */
final class ViewTree {
  private final NodePool pool;
  private int root;
  private int level;
  private boolean changed;

  /** An empty tree; one node must have been reserved. */
  ViewTree(NodePool pool) {
    this.pool = pool;
    this.root = pool.allocateEmpty();
    this.changed = true;
  }

  int root() {
    return root;
  }

  int level() {
    return level;
  }

  /** Whether the tree differs from the published one. */
  boolean changed() {
    return changed;
  }

  void published() {
    changed = false;
  }

  /** Most nodes that changing these guest pages can need. */
  static long nodesNeeded(long guestFrame, long count, ViewChange change) {
    int leafLevel = change.largestLevel(guestFrame, count);
    long last = guestFrame + count - 1;
    long nodes = 2L * ViewLayout.MOST_LEVEL + 1;
    for (int l = 0; l <= ViewLayout.MOST_LEVEL; l++) {
      long touched = (last >>> (10 * (l + 1))) - (guestFrame >>> (10 * (l + 1))) + 1;
      nodes += l < leafLevel ? Math.min(touched, 2) : touched;
    }
    return nodes;
  }

  /** Applies a change to the guest pages {@code [first, end)}. */
  void apply(long first, long end, ViewChange change) {
    long covered = 1L << (10 * (level + 1));
    long to = change.takesAway() ? Math.min(end, covered) : end;
    while (to > 1L << (10 * (level + 1))) {
      growRoot();
    }
    if (first < to) {
      root = apply(root, level, 0, first, to, change);
    }
    changed = true;
  }

  /** Forgets everything; one node was reserved. */
  void clear() {
    release(root, level);
    root = pool.allocateEmpty();
    level = 0;
    changed = true;
  }

  private void growRoot() {
    int above = pool.allocateEmpty();
    if (pool.used(root) == 0) {
      pool.drop(root);
    } else {
      pool.set(above, 0, fold(root, level));
    }
    root = above;
    level++;
  }

  private int apply(int shared, int atLevel, long base, long first, long end, ViewChange change) {
    int node = pool.own(shared);
    int shift = 10 * atLevel;
    for (long at = first; at < end; ) {
      int slot = (int) ((at - base) >>> shift);
      long slotBase = base + ((long) slot << shift);
      long slotEnd = slotBase + (1L << shift);
      long to = Math.min(end, slotEnd);
      long before = pool.entry(node, slot);
      long after;
      if (at == slotBase && to == slotEnd && change.fitsLevel(at, atLevel)) {
        if (ViewEntry.isTable(before)) {
          release(ViewEntry.node(before), atLevel - 1);
        }
        after = change.entryOf(at);
      } else if (before == ViewEntry.EMPTY && change.takesAway()) {
        after = before;
      } else {
        int child = childFor(before, atLevel);
        after = fold(apply(child, atLevel - 1, slotBase, at, to, change), atLevel - 1);
      }
      pool.set(node, slot, after);
      at = to;
    }
    return node;
  }

  /** The node below an entry, made if the entry is empty or a leaf. */
  private int childFor(long entry, int atLevel) {
    if (ViewEntry.isTable(entry)) {
      return ViewEntry.node(entry);
    }
    if (ViewEntry.isLeaf(entry)) {
      return pool.allocateSplit(entry, 1L << (10 * (atLevel - 1)));
    }
    return pool.allocateEmpty();
  }

  /** The entry that stands for a node: a table, or what the node amounts to. */
  private long fold(int node, int nodeLevel) {
    int used = pool.used(node);
    if (used == 0) {
      pool.drop(node);
      return ViewEntry.EMPTY;
    }
    if (used == NODE_ENTRIES && continuous(node, nodeLevel)) {
      long whole = pool.entry(node, 0);
      pool.drop(node);
      return whole;
    }
    return ViewEntry.table(node);
  }

  private boolean continuous(int node, int nodeLevel) {
    long first = pool.entry(node, 0);
    int shift = 10 * nodeLevel;
    if (!ViewEntry.isLeaf(first) || (ViewEntry.frame(first) & ((1L << (shift + 10)) - 1)) != 0) {
      return false;
    }
    // From the end: a node that is being filled upwards differs there first.
    for (int slot = NODE_ENTRIES - 1; slot > 0; slot--) {
      if (pool.entry(node, slot) != ViewEntry.advance(first, (long) slot << shift)) {
        return false;
      }
    }
    return true;
  }

  private void release(int node, int nodeLevel) {
    if (nodeLevel > 0) {
      for (int slot = 0; slot < NODE_ENTRIES; slot++) {
        long entry = pool.entry(node, slot);
        if (ViewEntry.isTable(entry)) {
          release(ViewEntry.node(entry), nodeLevel - 1);
        }
      }
    }
    pool.drop(node);
  }

  /**
   * Where one entry can be added without any other change, or null: the path exists, the entry is
   * empty or has fewer rights, and nothing would merge.
   */
  @Nullable Place placeToAdd(long guestFrame, long count, ViewChange change) {
    if (changed || change.takesAway() || guestFrame + count > 1L << (10 * (level + 1))) {
      return null;
    }
    int leafLevel = change.largestLevel(guestFrame, count);
    if (count != 1L << (10 * leafLevel) || leafLevel > level) {
      return null;
    }
    int node = root;
    for (int l = level; l > leafLevel; l--) {
      long entry = pool.entry(node, slot(guestFrame, l));
      if (!ViewEntry.isTable(entry)) {
        return null;
      }
      node = ViewEntry.node(entry);
    }
    int slot = slot(guestFrame, leafLevel);
    long before = pool.entry(node, slot);
    boolean merges = pool.used(node) + (before == ViewEntry.EMPTY ? 1 : 0) == NODE_ENTRIES;
    if (merges || !ViewEntry.adds(before, change.entryOf(guestFrame))) {
      return null;
    }
    return new Place(node, slot);
  }

  private static int slot(long guestFrame, int atLevel) {
    return (int) (guestFrame >>> (10 * atLevel)) & (NODE_ENTRIES - 1);
  }

  /** One entry of one node. */
  record Place(int node, int slot) {}

  /** Nodes of the tree. */
  long countNodes() {
    return countNodes(root, level);
  }

  private long countNodes(int node, int nodeLevel) {
    long count = 1;
    for (int slot = 0; nodeLevel > 0 && slot < NODE_ENTRIES; slot++) {
      long entry = pool.entry(node, slot);
      if (ViewEntry.isTable(entry)) {
        count += countNodes(ViewEntry.node(entry), nodeLevel - 1);
      }
    }
    return count;
  }

  /** Becomes a copy of another file's tree; as many nodes were reserved. */
  void copyFrom(ViewTree other) {
    pool.drop(root);
    root = copy(other, other.root, other.level);
    level = other.level;
    changed = true;
  }

  private int copy(ViewTree other, int theirs, int nodeLevel) {
    int ours = pool.allocateCopy(other.pool, theirs);
    for (int slot = 0; nodeLevel > 0 && slot < NODE_ENTRIES; slot++) {
      long entry = other.pool.entry(theirs, slot);
      if (ViewEntry.isTable(entry)) {
        int child = copy(other, ViewEntry.node(entry), nodeLevel - 1);
        pool.set(ours, slot, ViewEntry.table(child));
      }
    }
    return ours;
  }
}
