package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * A memory map as it was; nothing that its writer does later shows here. Any number of threads may
 * read it. Close it when done: pages that only it still holds become garbage.
 */
public final class MemoryMapSnapshot extends MemoryMapReads implements AutoCloseable {
  private record Content(Page guestRoot, Page hostRoot, @Nullable BlockPage free) {}

  private final long mappedFrames;
  private final long hashHigh;
  private final long hashLow;
  private volatile @Nullable Content content;

  MemoryMapSnapshot(
      TreeShape shape,
      Page guestRoot,
      Page hostRoot,
      @Nullable BlockPage free,
      long mappedFrames,
      long hashHigh,
      long hashLow) {
    super(shape);
    this.mappedFrames = mappedFrames;
    this.hashHigh = hashHigh;
    this.hashLow = hashLow;
    this.content = new Content(guestRoot, hostRoot, free);
  }

  @Override
  Page guestRoot() {
    return content().guestRoot;
  }

  @Override
  Page hostRoot() {
    return content().hostRoot;
  }

  @Override
  long entryAt(long guestFrame) {
    return shape.valueAt(guestRoot(), guestFrame);
  }

  @Override
  long entryOfHost(long hostFrame) {
    return shape.valueAt(hostRoot(), hostFrame);
  }

  @Override
  @Nullable BlockPage free() {
    return content().free;
  }

  private Content content() {
    Content open = content;
    if (open == null) {
      throw new IllegalStateException("the memory map's snapshot is closed");
    }
    return open;
  }

  @Override
  public long mappedFrames() {
    return mappedFrames;
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
