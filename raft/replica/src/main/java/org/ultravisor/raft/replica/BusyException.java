package org.ultravisor.raft.replica;

/** Definite: nothing entered the log. Ask again a little later. */
public final class BusyException extends ReplicaException {
  private static final long serialVersionUID = 1;

  BusyException(String message) {
    super(message);
  }

  @Override
  public boolean definite() {
    return true;
  }
}
