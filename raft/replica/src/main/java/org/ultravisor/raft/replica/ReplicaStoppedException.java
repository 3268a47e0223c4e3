package org.ultravisor.raft.replica;

/** Definite: this replica is closed or has failed, and nothing entered the log through it. */
public final class ReplicaStoppedException extends ReplicaException {
  private static final long serialVersionUID = 1;

  ReplicaStoppedException(String replica) {
    super("replica " + replica + " has stopped");
  }

  @Override
  public boolean definite() {
    return true;
  }
}
