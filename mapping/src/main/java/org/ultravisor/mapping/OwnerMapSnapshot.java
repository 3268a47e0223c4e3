package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * An owner map as it was; nothing that its writer does later shows here. Any number of threads may
 * read it. Close it when done: pages that only it still holds become garbage. A read that is under
 * way when another thread closes it ends normally; one that begins later is refused.
 */
public final class OwnerMapSnapshot extends OwnerMapReads implements AutoCloseable {
  private record Content(Page root, AccountTable.Entry accounts) {}

  private final Object identity;
  private final long version;
  private final long hashHigh;
  private final long hashLow;
  private volatile @Nullable Content content;

  OwnerMapSnapshot(
      TreeShape shape,
      Object identity,
      long version,
      Page root,
      AccountTable.Entry accounts,
      long hashHigh,
      long hashLow) {
    super(shape);
    this.identity = identity;
    this.version = version;
    this.hashHigh = hashHigh;
    this.hashLow = hashLow;
    this.content = new Content(root, accounts);
  }

  @Override
  Page root() {
    return content().root;
  }

  @Override
  long valueAt(long frame) {
    return shape.valueAt(root(), frame);
  }

  @Override
  AccountTable.Entry accounts() {
    return content().accounts;
  }

  @Override
  @Nullable BlockPage blocks(int descriptor) {
    return AccountTable.blocks(accounts(), descriptor);
  }

  private Content content() {
    Content open = content;
    if (open == null) {
      throw new IllegalStateException("the owner map's snapshot is closed");
    }
    return open;
  }

  @Override
  Object identity() {
    return identity;
  }

  @Override
  long version() {
    return version;
  }

  @Override
  public long hashHigh() {
    return hashHigh;
  }

  @Override
  public long hashLow() {
    return hashLow;
  }

  /** Whether it may still be read. */
  public boolean isOpen() {
    return content != null;
  }

  /** Lets go of the pages; once or more often, from any thread. */
  @Override
  public void close() {
    content = null;
  }
}
