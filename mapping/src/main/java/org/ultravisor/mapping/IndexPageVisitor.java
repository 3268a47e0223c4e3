package org.ultravisor.mapping;

/**
 * Takes index pages: those above before those below, otherwise by address.
 *
 * <p>A page is named by its level (0 to 5, the tier of its slots) and its prefix (the frame number
 * without the bits of its own slots and those below, so 0 for the root). A slot is a descriptor, or
 * {@link #SUBDIVIDED}, which says that the page below it, at {@code (level - 1, prefix * slots +
 * slot)}, exists.
 */
@FunctionalInterface
public interface IndexPageVisitor {
  /** The slot is held by an index page one level down. */
  int SUBDIVIDED = 0x8000_0000;

  /**
   * The page as it is now; the array may be kept or reused by the visitor only until it returns.
   */
  void page(int level, long prefix, int[] slots);

  /**
   * The page was there in the older snapshot and has merged into the slot above. Comes after its
   * parent, and only when changes are visited.
   */
  default void gone(int level, long prefix) {
    throw new UnsupportedOperationException(
        "index page (level %d, prefix %d) is gone: a visitor of changes implements gone()"
            .formatted(level, prefix));
  }
}
