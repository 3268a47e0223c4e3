package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/** Compares two trees top down; pages that both share are equal and are not entered. */
final class IndexPageWalk {
  /** Takes the pages that differ, those above before those below, otherwise by address. */
  interface Sink {
    void page(int level, long prefix, Page page);

    void gone(int level, long prefix);
  }

  private final int slots;
  private final Sink sink;

  IndexPageWalk(int slots, Sink sink) {
    this.slots = slots;
    this.sink = sink;
  }

  void visit(Page page, @Nullable Page before, int level, long prefix) {
    if (before != null && page.content().equals(before.content())) {
      return;
    }
    sink.page(level, prefix, page);
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
    sink.gone(level, prefix);
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
