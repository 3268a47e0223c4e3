package org.ultravisor.ledger.store;

/** What was asked for was forgotten on purpose: a transaction has compacted the history. */
public final class HistoryCompactedException extends StoreException {
  private static final long serialVersionUID = 1;

  private final long first;

  /**
   * @param first the earliest sequence whose leaf can be read and whose state can be replayed
   */
  HistoryCompactedException(long sequence, long first) {
    super(
        "sequence %d is compacted: the first that can be read and replayed is %d"
            .formatted(sequence, first),
        null);
    this.first = first;
  }

  /** The earliest sequence whose leaf can be read and whose state can be replayed. */
  public long first() {
    return first;
  }
}
