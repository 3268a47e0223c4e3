package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/**
 * One partition's memory map: guest frame to host frame and rights. Guest frames are numbered below
 * {@link #GUEST_LIMIT}, host frames as in {@link PageRange}. A host frame is mapped at one guest
 * frame at most.
 */
public sealed interface MemoryMapView permits MemoryMapReads {
  /** Guest frames are numbered below this: 2^50, an address of 62 bits. */
  long GUEST_LIMIT = 1L << 50;

  Scale scale();

  /** What is mapped at the guest frame, or null. */
  @Nullable Mapping at(long guestFrame);

  /** The guest frame at which the host frame is mapped, or -1. */
  long guestFrameOf(long hostFrame);

  /** Visits all maximal runs by guest address. */
  void forEachRun(MappingVisitor visitor);

  /** Visits the maximal runs within {@code count} guest frames, by guest address. */
  void forEachRun(long guestFrame, long count, MappingVisitor visitor);

  /** Visits what is mapped of the host range, by host address; costs by runs found there. */
  void forEachGuestRunOf(PageRange host, MappingVisitor visitor);

  /**
   * Visits the canonical leaves by guest address: each as large as the alignment of both addresses
   * allows.
   */
  void forEachLeaf(MappingLeafVisitor visitor);

  /** {@link #findGap(long, Tier, long)} from guest frame 0. */
  default long findGap(long count, Tier alignment) {
    return findGap(count, alignment, 0);
  }

  /**
   * The first guest frame at or after {@code fromGuestFrame}, aligned to the tier, at which {@code
   * count} guest frames are free, or -1. Steps over what is mapped by tiers; costs by the gaps that
   * are too small.
   */
  long findGap(long count, Tier alignment, long fromGuestFrame);

  /** Whether nothing is mapped in {@code count} guest frames. */
  boolean isFree(long guestFrame, long count);

  /** Visits every index page of the canonical tree by guest address; the root always. */
  void forEachIndexPage(MappingPageVisitor visitor);

  /**
   * Visits the index pages that were written since an older snapshot of the same map, and those
   * that are gone. A page may be visited though its slots are as they were.
   */
  void forEachIndexPageChangedSince(MemoryMapView older, MappingPageVisitor visitor);

  long mappedFrames();

  /**
   * High 64 bits of the content's hash: equal contents have equal hashes, whatever their history.
   */
  long hashHigh();

  /** Low 64 bits of the content's hash. */
  long hashLow();

  /**
   * What the pages of both directions cost on a heap with 4-byte references, counted by walking
   * them. A live map counts its search data too, and makes it if there is none.
   */
  long memoryBytes();
}
