package org.ultravisor.raft.replica;

/** Definite: disk space or file descriptors are running out, so nothing new is taken. */
public final class ResourcesLowException extends ReplicaException {
  private static final long serialVersionUID = 1;

  ResourcesLowException(String message) {
    super(message);
  }

  @Override
  public boolean definite() {
    return true;
  }
}
