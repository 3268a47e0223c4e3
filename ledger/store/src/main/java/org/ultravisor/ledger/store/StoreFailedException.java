package org.ultravisor.ledger.store;

import org.jspecify.annotations.Nullable;

/**
 * Writing failed, or the ledger broke an invariant: the store takes nothing more and the process is
 * to end. What was acknowledged is in the Raft log.
 */
public final class StoreFailedException extends StoreException {
  private static final long serialVersionUID = 1;

  StoreFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
