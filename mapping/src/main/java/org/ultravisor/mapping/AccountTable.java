package org.ultravisor.mapping;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How many frames each descriptor holds, and where it has whole blocks: a persistent trie of 64
 * children a node, as high as the largest number asks for. One writer; a root that was frozen never
 * changes again.
 *
 * <p>The low bit of a descriptor tells what kind it is, and mostly one kind is in use: so an entry
 * at the bottom has 64 descriptors of one kind, out of 128 numbers.
 */
final class AccountTable {
  private static final int BITS = 6;
  private static final int WIDTH = 1 << BITS;
  private static final int MASK = WIDTH - 1;
  private static final int RECENT = 16;

  /** A node of either kind, as of a version. */
  sealed interface Entry permits Node, Accounts {
    long version();

    int shift();
  }

  private static final class Node implements Entry {
    private final long version;
    private final int shift;
    private final @Nullable Entry[] entries;

    Node(long version, int shift) {
      this.version = version;
      this.shift = shift;
      this.entries = new Entry[WIDTH];
    }

    Node(long version, Node source) {
      this.version = version;
      this.shift = source.shift;
      this.entries = source.entries.clone();
    }

    @Override
    public long version() {
      return version;
    }

    @Override
    public int shift() {
      return shift;
    }
  }

  /** 64 descriptors, of which {@code base} has the high bits. */
  private static final class Accounts implements Entry {
    private final long version;
    private final int base;

    /** By descriptor, while no number needs more; otherwise in {@link #many}. */
    private int @Nullable [] few;

    private long @Nullable [] many;

    /** Null until one of them was searched for. */
    private @Nullable BlockPage @Nullable [] blocks;

    Accounts(long version, int base) {
      this.version = version;
      this.base = base;
      this.few = new int[WIDTH];
    }

    Accounts(long version, Accounts source) {
      this.version = version;
      this.base = source.base;
      this.few = source.few == null ? null : source.few.clone();
      this.many = source.many == null ? null : source.many.clone();
      this.blocks = source.blocks == null ? null : source.blocks.clone();
    }

    @Override
    public long version() {
      return version;
    }

    @Override
    public int shift() {
      return 0;
    }

    long frames(int at) {
      return few != null ? few[at] : requireMany()[at];
    }

    @Nullable BlockPage blocks(int at) {
      return blocks == null ? null : blocks[at];
    }

    void add(int at, long frames) {
      if (few != null) {
        long sum = few[at] + frames;
        if (sum == (int) sum) {
          few[at] = (int) sum;
          return;
        }
        many = Arrays.stream(few).asLongStream().toArray();
        few = null;
      }
      requireMany()[at] += frames;
    }

    void setBlocks(int at, BlockPage known) {
      if (blocks == null) {
        blocks = new BlockPage[WIDTH];
      }
      blocks[at] = known;
    }

    private long[] requireMany() {
      if (many == null) {
        throw new IllegalStateException("an entry of accounts has no numbers");
      }
      return many;
    }

    long bytes() {
      long sum = 40 + 16 + (few == null ? 8L * WIDTH : 4L * WIDTH);
      if (blocks != null) {
        sum += 16 + 4L * WIDTH;
        for (BlockPage known : blocks) {
          sum += known == null ? 0 : known.bytes();
        }
      }
      return sum;
    }
  }

  private Entry root = new Accounts(0, 0);

  /** Entries that may be written, by the low bits of their base; most lookups end here. */
  private final @Nullable Accounts[] recent = new Accounts[RECENT];

  Entry root() {
    return root;
  }

  /** Where the descriptor's account is: the bit of its kind goes above those that tell 64 apart. */
  private static int key(int descriptor) {
    return (descriptor & -2 * WIDTH) | (descriptor & 1) << BITS | (descriptor >>> 1 & MASK);
  }

  /** How many frames the descriptor has in a frozen or live table. */
  static long frames(Entry root, int descriptor) {
    Accounts found = find(root, key(descriptor));
    return found == null ? 0 : found.frames(key(descriptor) & MASK);
  }

  /** The descriptor's search data in a frozen or live table, or null if it has none. */
  static @Nullable BlockPage blocks(Entry root, int descriptor) {
    Accounts found = find(root, key(descriptor));
    return found == null ? null : found.blocks(key(descriptor) & MASK);
  }

  private static @Nullable Accounts find(Entry root, int key) {
    if (!covers(root, key)) {
      return null;
    }
    Entry entry = root;
    while (entry instanceof Node node) {
      entry = node.entries[(key >>> node.shift) & MASK];
    }
    return (Accounts) entry;
  }

  private static boolean covers(Entry root, int key) {
    return root.shift() + BITS >= Integer.SIZE - 1 || key >>> (root.shift() + BITS) == 0;
  }

  /**
   * Gives the descriptor more frames, or fewer, as of the version.
   *
   * @return its search data, if it has any
   */
  @Nullable BlockPage add(int descriptor, long version, long frames) {
    int key = key(descriptor);
    Accounts accounts = writable(key, version);
    accounts.add(key & MASK, frames);
    return accounts.blocks(key & MASK);
  }

  /** Sets the descriptor's search data as of the version. */
  void setBlocks(int descriptor, long version, BlockPage known) {
    int key = key(descriptor);
    writable(key, version).setBlocks(key & MASK, known);
  }

  private Accounts writable(int key, long version) {
    int base = key >>> BITS;
    Accounts known = recent[base & (RECENT - 1)];
    if (known != null && known.base == base && known.version == version) {
      return known;
    }
    Accounts found = copied(key, version);
    recent[base & (RECENT - 1)] = found;
    return found;
  }

  private Accounts copied(int key, long version) {
    while (!covers(root, key)) {
      Node higher = new Node(version, root.shift() + BITS);
      higher.entries[0] = root;
      root = higher;
    }
    root = owned(root, version);
    Entry entry = root;
    while (entry instanceof Node node) {
      int at = (key >>> node.shift) & MASK;
      Entry below = node.entries[at];
      if (below == null) {
        int shift = node.shift - BITS;
        below = shift == 0 ? new Accounts(version, key >>> BITS) : new Node(version, shift);
      }
      entry = owned(below, version);
      node.entries[at] = entry;
    }
    return (Accounts) entry;
  }

  private static Entry owned(Entry entry, long version) {
    if (entry.version() == version) {
      return entry;
    }
    return switch (entry) {
      case Node node -> new Node(version, node);
      case Accounts accounts -> new Accounts(version, accounts);
    };
  }

  /** What accounts and their search data cost on a heap with 4-byte references. */
  static long bytes(Entry entry) {
    return switch (entry) {
      case Accounts accounts -> accounts.bytes();
      case Node node -> {
        long sum = 32 + 16 + 4L * WIDTH;
        for (Entry below : node.entries) {
          sum += below == null ? 0 : bytes(below);
        }
        yield sum;
      }
    };
  }
}
