package org.ultravisor.mapping;

/**
 * Takes the index pages of a memory map by guest address: those above before those below, named as
 * for {@link IndexPageVisitor}. A slot is 0 where nothing is mapped, {@link #SUBDIVIDED}, or {@code
 * host frame * 8 + rights} of its first frame.
 */
public interface MappingPageVisitor {
  /** The slot is held by an index page one level down. */
  long SUBDIVIDED = -1;

  /**
   * The page as it is now; the array may be kept or reused by the visitor only until it returns.
   */
  void page(int level, long prefix, long[] slots);

  /** The page was there in the older snapshot and is not any more. */
  void gone(int level, long prefix);
}
