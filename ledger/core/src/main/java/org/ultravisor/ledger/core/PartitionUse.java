package org.ultravisor.ledger.core;

/**
 * What a partition holds beside the pages that the owner map counts; derived from the tables.
 *
 * @param incoming pages donated to it that have not arrived
 * @param outgoing pages that are being revoked from it and will be its own no more
 * @param reserved pages that reservations hold for it
 * @param loans what it lends and borrows
 * @param processors those that reservations hold for it included, as with devices
 */
record PartitionUse(
    long incoming, long outgoing, long reserved, LoanUse loans, int processors, int devices) {
  static final PartitionUse NONE = new PartitionUse(0, 0, 0, LoanUse.NONE, 0, 0);

  PartitionUse plus(long moreIncoming, long moreOutgoing, int moreProcessors, int moreDevices) {
    return new PartitionUse(
        incoming + moreIncoming,
        outgoing + moreOutgoing,
        reserved,
        loans,
        processors + moreProcessors,
        devices + moreDevices);
  }

  PartitionUse plusReserved(long more) {
    return new PartitionUse(incoming, outgoing, reserved + more, loans, processors, devices);
  }

  PartitionUse plusLoans(LoanUse more) {
    return new PartitionUse(incoming, outgoing, reserved, loans.plus(more), processors, devices);
  }

  /** What counts against the limit, given how many pages the partition owns. */
  long chargedOf(long owned) {
    return owned + incoming;
  }

  /** How many pages its memory map must map, given how many it owns. */
  long usableOf(long owned) {
    return owned - outgoing - reserved - loans.lent() + loans.held();
  }
}
