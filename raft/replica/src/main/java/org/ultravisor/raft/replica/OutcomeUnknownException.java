package org.ultravisor.raft.replica;

/**
 * Indefinite: the transaction's entry may be in the log. Submit the same transaction again, with
 * the same ids: it happens once, and the answer is the first one.
 */
public final class OutcomeUnknownException extends ReplicaException {
  private static final long serialVersionUID = 1;

  OutcomeUnknownException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean definite() {
    return false;
  }
}
