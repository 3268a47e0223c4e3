package org.ultravisor.ledger.core;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How to take back what a transaction of several operations has done so far. A transaction of one
 * operation is decided before anything is written and needs none.
 */
final class Journal {
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private boolean open;

  void begin() {
    Invariant.check(!open && undo.isEmpty(), "a journal was left open");
    open = true;
  }

  boolean isOpen() {
    return open;
  }

  /** Says how to take back the write that was just made. */
  void add(Runnable takeBack) {
    undo.push(takeBack);
  }

  void commit() {
    open = false;
    undo.clear();
  }

  /** Takes everything back, latest first. */
  void rollBack() {
    open = false;
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
  }
}
