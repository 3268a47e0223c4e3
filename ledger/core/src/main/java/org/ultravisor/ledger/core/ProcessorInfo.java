package org.ultravisor.ledger.core;

/**
 * An installed processor.
 *
 * @param partition who has it, or for whom it is held; 0 if it is free
 * @param reservation that holds it, so that nobody sees it yet; 0 if none
 */
public record ProcessorInfo(int processor, int cell, int partition, long reservation) {

  /** With another holder. */
  ProcessorInfo heldBy(int otherPartition, long otherReservation) {
    return new ProcessorInfo(processor, cell, otherPartition, otherReservation);
  }

  /** Whether the partition has it and sees it. */
  boolean isAssignedTo(int somePartition) {
    return partition == somePartition && reservation == 0;
  }
}
