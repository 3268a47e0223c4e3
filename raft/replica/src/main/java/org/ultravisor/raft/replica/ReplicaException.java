package org.ultravisor.raft.replica;

/**
 * Why a request to a replica has no answer. Definite means that nothing changed and nothing will;
 * otherwise the transaction may have happened or may still happen, and the same ids must be asked
 * for again to find out.
 */
public abstract sealed class ReplicaException extends RuntimeException
    permits NotLeaderException,
        BusyException,
        ResourcesLowException,
        TransactionTooLargeException,
        ReplicaStoppedException,
        ReadFailedException,
        OutcomeUnknownException {
  private static final long serialVersionUID = 1;

  ReplicaException(String message) {
    super(message);
  }

  ReplicaException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether it is certain that nothing changed and nothing will. */
  public abstract boolean definite();
}
