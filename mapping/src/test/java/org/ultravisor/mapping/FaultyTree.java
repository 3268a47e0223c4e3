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
    MISCOUNTS,
    /** What a packed block has is not noted for searches, now and then. */
    FORGETS_WHAT_IS_PACKED
  }

  /** So few that blocks become pages and are packed again all the time. */
  private static final int PACKED_RUNS = 4;

  private final Fault fault;

  FaultyTree(TreeShape shape, Ledger ledger, Fault fault) {
    super(
        new TreeShape(shape.scale(), shape.unit(), PACKED_RUNS),
        switch (fault) {
          case MISCOUNTS, FORGETS_WHAT_IS_PACKED -> new Forgetful(ledger, fault);
          default -> ledger;
        });
    this.fault = fault;
  }

  @Override
  void set(long from, long end, long value) {
    boolean shorten = fault == Fault.STOPS_SHORT && end - from > 1 && (end & 1023) == 0;
    super.set(from, shorten ? end - 1 : end, value);
  }

  @Override
  Object writable(@Nullable Page parent, int slot, Object node) {
    return fault == Fault.WRITES_SHARED_PAGES ? node : super.writable(parent, slot, node);
  }

  @Override
  int mergeUp(int bottomLevel, long frame) {
    return fault == Fault.FORGETS_TO_MERGE ? bottomLevel : super.mergeUp(bottomLevel, frame);
  }

  private static final class Forgetful implements Ledger {
    private final Ledger ledger;
    private final Fault fault;
    private int calls;

    Forgetful(Ledger ledger, Fault fault) {
      this.ledger = ledger;
      this.fault = fault;
    }

    private boolean forgets(Fault what) {
      return fault == what && ++calls % (what == Fault.MISCOUNTS ? 100 : 3) == 0;
    }

    @Override
    public void removed(int level, long firstFrame, long frames, long value) {
      if (!forgets(Fault.MISCOUNTS)) {
        ledger.removed(level, firstFrame, frames, value);
      }
    }

    @Override
    public void added(int level, long firstFrame, long frames, long value) {
      ledger.added(level, firstFrame, frames, value);
    }

    @Override
    public void packed(int level, long firstFrame, @Nullable PackedBlock block, long value) {
      if (!forgets(Fault.FORGETS_WHAT_IS_PACKED)) {
        ledger.packed(level, firstFrame, block, value);
      }
    }

    @Override
    public void unpacked(int level, long firstFrame, long frames, long value) {
      ledger.unpacked(level, firstFrame, frames, value);
    }
  }
}
