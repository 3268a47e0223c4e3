package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * Accounts by descriptor number: a persistent trie of 64 children a node, as high as the largest
 * number asks for. One writer; a root that was frozen never changes again.
 */
final class AccountTable {
  private static final int BITS = 6;
  private static final int WIDTH = 1 << BITS;

  /** A node: of accounts at shift 0, of nodes above. */
  static final class Node {
    private final long version;
    private final int shift;
    private final @Nullable Object[] entries;

    Node(long version, int shift) {
      this.version = version;
      this.shift = shift;
      this.entries = new Object[WIDTH];
    }

    private Node(long version, Node source) {
      this.version = version;
      this.shift = source.shift;
      this.entries = source.entries.clone();
    }
  }

  private Node root = new Node(0, 0);

  /** Accounts that may be written, by the low bits of their number; most lookups end here. */
  private final @Nullable Account[] recent = new Account[WIDTH];

  Node root() {
    return root;
  }

  /** The descriptor's account in a frozen or live table, or null if it never had any. */
  static @Nullable Account find(Node root, int descriptor) {
    if (root.shift < 30 && descriptor >>> (root.shift + BITS) != 0) {
      return null;
    }
    Node node = root;
    while (true) {
      Object entry = node.entries[(descriptor >>> node.shift) & (WIDTH - 1)];
      if (entry instanceof Node below) {
        node = below;
      } else {
        return (Account) entry;
      }
    }
  }

  /** The descriptor's account as of the version, which the caller may write until it freezes. */
  Account writable(int descriptor, long version) {
    Account account = recent[descriptor & (WIDTH - 1)];
    if (account != null && account.descriptor == descriptor && account.version == version) {
      return account;
    }
    return copied(descriptor, version);
  }

  private Account copied(int descriptor, long version) {
    while (root.shift < 30 && descriptor >>> (root.shift + BITS) != 0) {
      Node higher = new Node(version, root.shift + BITS);
      higher.entries[0] = root;
      root = higher;
    }
    root = owned(root, version);
    Node node = root;
    while (node.shift > 0) {
      int at = (descriptor >>> node.shift) & (WIDTH - 1);
      Object entry = node.entries[at];
      Node below =
          entry instanceof Node known
              ? owned(known, version)
              : new Node(version, node.shift - BITS);
      node.entries[at] = below;
      node = below;
    }
    int at = descriptor & (WIDTH - 1);
    Account account = (Account) node.entries[at];
    if (account == null) {
      account = new Account(descriptor, version);
    } else if (account.version != version) {
      account = new Account(version, account);
    }
    node.entries[at] = account;
    recent[at] = account;
    return account;
  }

  /** What accounts and their search data cost on a heap with 4-byte references. */
  static long bytes(Node node) {
    long sum = 32 + 16 + 4L * WIDTH;
    for (Object entry : node.entries) {
      if (entry instanceof Node below) {
        sum += bytes(below);
      } else if (entry instanceof Account account) {
        sum += 40 + (account.blocks == null ? 0 : account.blocks.bytes());
      }
    }
    return sum;
  }

  private static Node owned(Node node, long version) {
    return node.version == version ? node : new Node(version, node);
  }
}
