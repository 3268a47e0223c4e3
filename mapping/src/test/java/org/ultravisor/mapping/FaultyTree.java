package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/** A page tree with one planted fault: what the model test is there to find. */
final class FaultyTree extends PageTree {
  enum Fault {
    /** A page of one run stays where it is. */
    FORGETS_TO_MERGE,
    /** Pages that belong to a snapshot too are written in place. */
    WRITES_SHARED_PAGES,
    /** The last frame before a boundary of tier M is left out of longer ranges. */
    STOPS_SHORT,
    /** What leaves the tree is subtracted once too little, now and then. */
    MISCOUNTS
  }

  private final Fault fault;

  FaultyTree(TreeShape shape, Ledger ledger, Fault fault) {
    super(shape, fault == Fault.MISCOUNTS ? new Miscounting(ledger) : ledger);
    this.fault = fault;
  }

  @Override
  void set(long from, long end, long value) {
    boolean shorten = fault == Fault.STOPS_SHORT && end - from > 1 && (end & 1023) == 0;
    super.set(from, shorten ? end - 1 : end, value);
  }

  @Override
  Page writable(@Nullable Page parent, int slot, Page page) {
    return fault == Fault.WRITES_SHARED_PAGES ? page : super.writable(parent, slot, page);
  }

  @Override
  int mergeUp(int bottomLevel, long frame) {
    return fault == Fault.FORGETS_TO_MERGE ? bottomLevel : super.mergeUp(bottomLevel, frame);
  }

  private static final class Miscounting implements Ledger {
    private final Ledger ledger;
    private int calls;

    Miscounting(Ledger ledger) {
      this.ledger = ledger;
    }

    @Override
    public void removed(int level, long firstFrame, long frames, long value) {
      if (++calls % 100 != 0) {
        ledger.removed(level, firstFrame, frames, value);
      }
    }

    @Override
    public void added(int level, long firstFrame, long frames, long value) {
      ledger.added(level, firstFrame, frames, value);
    }
  }
}
