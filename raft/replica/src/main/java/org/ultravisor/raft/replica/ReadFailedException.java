package org.ultravisor.raft.replica;

/** A read could not be made linearizable now (no leader, no quorum, a snapshot on its way). */
public final class ReadFailedException extends ReplicaException {
  private static final long serialVersionUID = 1;

  ReadFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean definite() {
    return true;
  }
}
