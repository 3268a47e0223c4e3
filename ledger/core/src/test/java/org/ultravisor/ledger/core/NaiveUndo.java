package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;

/** How to take back what a transaction did to the model so far. */
final class NaiveUndo {
  private final List<Runnable> steps = new ArrayList<>();

  void add(Runnable step) {
    steps.add(step);
  }

  void rollBack() {
    // Steps write through the same tables, which note how to take that back in turn.
    List<Runnable> back = List.copyOf(steps).reversed();
    back.forEach(Runnable::run);
    steps.clear();
  }

  void commit() {
    steps.clear();
  }
}
