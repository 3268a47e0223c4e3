package org.ultravisor.bridge;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The nodes of one view file: which are free, and when a dropped one may be written again.
 *
 * <p>Invariants, with version = the last one published:
 *
 * <ul>
 *   <li>A node born in version + 1 is reachable from no published root, so it may be written.
 *   <li>A node retired with v (v is the first version without it) is handed out again only when
 *       version >= v + K - 1: by then every reader that may still be in it notices by the distance.
 *   <li>Nothing at or above {@code materialised} is touched.
 * </ul>
 */
final class NodePool {
  private static final int LEAST_CHUNK = 16;
  private static final int MOST_CHUNK = 512;

  private final SharedFile file;
  private final MemorySegment memory;
  private final int capacity;
  private final int reuseDistance;

  private long version;
  private int limit;
  private int materialised;

  private long[] born = new long[64]; // by node: the version that it was made for
  private int[] used = new int[64]; // by node: entries that are not empty

  // A ring of retired nodes by rising version; the first `ripe` of them may be handed out.
  private int[] retiredNode = new int[256];
  private long[] retiredVersion = new long[256];
  private int retiredFirst;
  private int retiredCount;
  private int ripe;

  // Nodes born and dropped in the same transaction: no reader knows them.
  private int[] unborn = new int[16];
  private int unbornCount;

  NodePool(SharedFile file, int capacity, int reuseDistance) {
    this.file = file;
    this.memory = file.memory();
    this.capacity = capacity;
    this.reuseDistance = reuseDistance;
  }

  int capacity() {
    return capacity;
  }

  int limit() {
    return limit;
  }

  /** Nodes that wait until no reader can be in them. */
  int waiting() {
    return retiredCount - ripe;
  }

  /** Says that a version has been published, its head stored and a release fence passed. */
  void published(long newVersion) {
    version = newVersion;
    while (ripe < retiredCount && version >= retiredVersion[index(ripe)] + reuseDistance - 1) {
      ripe++;
    }
  }

  /**
   * Makes sure that {@code count} nodes can be allocated.
   *
   * @return false if the file is too small for them
   * @throws IOException if there is no memory for them; nothing has changed then
   */
  boolean reserve(long count) throws IOException {
    long fresh = count - ripe - unbornCount;
    if (fresh > capacity - limit) {
      return false;
    }
    if (limit + fresh > materialised) {
      int chunk = Math.clamp(limit, LEAST_CHUNK, MOST_CHUNK);
      int target = (int) Math.min(capacity, Math.max(limit + fresh, materialised + (long) chunk));
      file.materialise(
          offset(materialised), (long) (target - materialised) * ViewLayout.NODE_BYTES);
      materialised = target;
    }
    return true;
  }

  /** A node for this transaction, with whatever content; it was reserved. */
  private int allocate() {
    int node;
    if (unbornCount > 0) {
      node = unborn[--unbornCount];
    } else if (ripe > 0) {
      node = retiredNode[retiredFirst];
      retiredFirst = (retiredFirst + 1) & (retiredNode.length - 1);
      retiredCount--;
      ripe--;
    } else {
      if (limit == materialised) {
        throw new IllegalStateException("node " + limit + " was not reserved");
      }
      node = limit++;
      Words.setRelease(memory, ViewLayout.LIMIT, limit);
    }
    if (node >= born.length) {
      int length = Math.max(node + 1, 2 * born.length);
      born = Arrays.copyOf(born, length);
      used = Arrays.copyOf(used, length);
    }
    born[node] = version + 1;
    return node;
  }

  /** An empty node. */
  int allocateEmpty() {
    int node = allocate();
    memory.asSlice(offset(node), ViewLayout.NODE_BYTES).fill((byte) 0);
    used[node] = 0;
    return node;
  }

  /** A node of 1024 leaves that together are {@code leaf}, each of {@code frames} pages. */
  int allocateSplit(long leaf, long frames) {
    int node = allocate();
    for (int slot = 0; slot < ViewLayout.NODE_ENTRIES; slot++) {
      Words.set(memory, offset(node) + 8L * slot, ViewEntry.advance(leaf, slot * frames));
    }
    used[node] = ViewLayout.NODE_ENTRIES;
    return node;
  }

  /** A copy of another pool's node. */
  int allocateCopy(NodePool other, int theirs) {
    int node = allocate();
    MemorySegment.copy(other.memory, offset(theirs), memory, offset(node), ViewLayout.NODE_BYTES);
    used[node] = other.used[theirs];
    return node;
  }

  /** The node itself if it was born in this transaction, else a copy that takes its place. */
  int own(int node) {
    if (born[node] == version + 1) {
      return node;
    }
    int copy = allocate();
    MemorySegment.copy(memory, offset(node), memory, offset(copy), ViewLayout.NODE_BYTES);
    used[copy] = used[node];
    drop(node);
    return copy;
  }

  /** The open transaction does not need the node any more. */
  void drop(int node) {
    if (born[node] == version + 1) {
      if (unbornCount == unborn.length) {
        unborn = Arrays.copyOf(unborn, 2 * unbornCount);
      }
      unborn[unbornCount++] = node;
      return;
    }
    if (retiredCount == retiredNode.length) {
      growRing();
    }
    retiredNode[index(retiredCount)] = node;
    retiredVersion[index(retiredCount)] = version + 1;
    retiredCount++;
  }

  private void growRing() {
    int[] nodes = new int[2 * retiredCount];
    long[] versions = new long[2 * retiredCount];
    for (int i = 0; i < retiredCount; i++) {
      nodes[i] = retiredNode[index(i)];
      versions[i] = retiredVersion[index(i)];
    }
    retiredNode = nodes;
    retiredVersion = versions;
    retiredFirst = 0;
  }

  private int index(int fromFirst) {
    return (retiredFirst + fromFirst) & (retiredNode.length - 1);
  }

  long entry(int node, int slot) {
    return Words.get(memory, offset(node) + 8L * slot);
  }

  /** Stores into a node of this transaction. */
  void set(int node, int slot, long entry) {
    long offset = offset(node) + 8L * slot;
    long before = Words.get(memory, offset);
    Words.set(memory, offset, entry);
    used[node] += (entry == ViewEntry.EMPTY ? 0 : 1) - (before == ViewEntry.EMPTY ? 0 : 1);
  }

  /** Stores an addition into a node that readers see. */
  void addInPlace(int node, int slot, long entry) {
    long offset = offset(node) + 8L * slot;
    used[node] += Words.get(memory, offset) == ViewEntry.EMPTY ? 1 : 0;
    Words.setRelease(memory, offset, entry);
  }

  /** How many entries of the node are not empty. */
  int used(int node) {
    return used[node];
  }

  static long offset(int node) {
    return ViewLayout.NODE_AREA + (long) node * ViewLayout.NODE_BYTES;
  }
}
