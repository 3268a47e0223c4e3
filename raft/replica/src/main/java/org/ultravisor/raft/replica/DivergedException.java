package org.ultravisor.raft.replica;

/** Replicas differ, and this one must not go on. Says at which sequence and what to do. */
public final class DivergedException extends Exception {
  private static final long serialVersionUID = 1;

  DivergedException(String message) {
    super(message);
  }
}
