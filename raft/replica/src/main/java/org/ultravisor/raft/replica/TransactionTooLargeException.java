package org.ultravisor.raft.replica;

/** Definite: no log entry can hold this transaction. */
public final class TransactionTooLargeException extends ReplicaException {
  private static final long serialVersionUID = 1;

  TransactionTooLargeException(long bytes, long most) {
    super("the transaction takes %d bytes; a log entry holds %d".formatted(bytes, most));
  }

  @Override
  public boolean definite() {
    return true;
  }
}
