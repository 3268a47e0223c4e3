package org.ultravisor.ledger.core;

import org.jspecify.annotations.Nullable;

/** A defect planted into the ledger that the model is compared with. */
interface ModelFault {
  /** No defect. */
  ModelFault NONE = new ModelFault() {};

  /** What a defective ledger would have decided, before it is applied; null if just this. */
  default @Nullable Leaf decided(Leaf honest, Ledger ledger) {
    return null;
  }

  /** Writes what every replica of a defective ledger would have written too, after the leaf. */
  default void applied(Leaf leaf, State state) {}

  /** The same, but one that only deciding writes, and replaying does not. */
  default void appliedByDeciding(Leaf leaf, State state) {}
}
