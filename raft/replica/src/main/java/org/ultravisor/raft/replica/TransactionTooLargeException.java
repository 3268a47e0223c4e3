package org.ultravisor.raft.replica;

/** Definite: no log entry can hold this transaction. */
public final class TransactionTooLargeException extends ReplicaException {
  private static final long serialVersionUID = 1;

  TransactionTooLargeException(int most, Throwable cause) {
    super(
        "the transaction is too large: a log entry holds %d bytes (%s)"
            .formatted(most, cause.getMessage()),
        cause);
  }

  @Override
  public boolean definite() {
    return true;
  }
}
