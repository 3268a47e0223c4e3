package org.ultravisor.mapping;

/**
 * Which descriptor holds which frame. A frame that was never assigned, or was given back to {@link
 * #ABSENT}, is absent. Frames are those of the map's scale: 2^60 at 10 bits a tier, 2^54 at 9.
 */
public sealed interface OwnerMapView permits OwnerMapReads {
  /** The descriptor of frames that are not installed. */
  int ABSENT = 0;

  Scale scale();

  /** The frame's descriptor. */
  int descriptorAt(long frame);

  /** How many frames the descriptor holds; kept, not counted. Of {@link #ABSENT} too. */
  long frames(int descriptor);

  /** Whether every frame of the range has the descriptor. Costs by tiers, not by frames. */
  boolean isWhole(PageRange range, int descriptor);

  /**
   * How many frames from this one on have its descriptor, up to {@code most}. Costs by tiers.
   *
   * @param most 1 or more; the last frame of the scale ends every run
   */
  long runLength(long frame, long most);

  /** Visits the maximal runs within the range by address, absent ones (0) included. */
  void forEachRun(PageRange within, RunVisitor visitor);

  /**
   * The first frame of the first aligned block of the tier that lies at or after {@code fromFrame}
   * and is wholly held by the descriptor, or -1. First fit by address, so the same on every
   * replica.
   */
  long findBlock(int descriptor, Tier tier, long fromFrame);

  /**
   * High 64 bits of the content's hash: equal contents have equal hashes, whatever their history.
   */
  long hashHigh();

  /** Low 64 bits of the content's hash. */
  long hashLow();

  /** Visits every index page of the canonical tree; the root always, even when it is all absent. */
  void forEachIndexPage(IndexPageVisitor visitor);

  /**
   * Visits the index pages that were written since an older snapshot of the same map, and those
   * that are gone. A page may be visited though its slots are as they were.
   *
   * @throws IllegalArgumentException if the snapshot is of another map or is younger
   */
  void forEachIndexPageChangedSince(OwnerMapSnapshot older, IndexPageVisitor visitor);

  /** What the pages and tables cost on a heap with 4-byte references, counted by walking them. */
  long memoryBytes();
}
