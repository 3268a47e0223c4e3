package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/** Compares two trees top down; pages that both share are equal and are not entered. */
final class IndexPageWalk {
  private final int slots;
  private final IndexPageVisitor visitor;
  private final int[] buffer;

  IndexPageWalk(int slots, IndexPageVisitor visitor) {
    this.slots = slots;
    this.visitor = visitor;
    this.buffer = new int[slots];
  }

  void visit(Page page, @Nullable Page before, int level, long prefix) {
    if (page.equals(before)) {
      return;
    }
    for (int slot = 0; slot < slots; slot++) {
      long value = page.get(slot);
      buffer[slot] = value < 0 ? IndexPageVisitor.SUBDIVIDED : (int) value;
    }
    visitor.page(level, prefix, buffer);
    for (int slot = 0; slot < slots && level > 0; slot++) {
      Page child = subdivided(page, slot);
      Page old = before == null ? null : subdivided(before, slot);
      if (child != null) {
        visit(child, old, level - 1, prefix * slots + slot);
      } else if (old != null) {
        gone(old, level - 1, prefix * slots + slot);
      }
    }
  }

  private void gone(Page page, int level, long prefix) {
    visitor.gone(level, prefix);
    for (int slot = 0; slot < slots && level > 0; slot++) {
      Page child = subdivided(page, slot);
      if (child != null) {
        gone(child, level - 1, prefix * slots + slot);
      }
    }
  }

  private static @Nullable Page subdivided(Page page, int slot) {
    int index = page.indexOf(slot);
    return page.valueAt(index, slot) < 0 ? page.childAt(index) : null;
  }
}
