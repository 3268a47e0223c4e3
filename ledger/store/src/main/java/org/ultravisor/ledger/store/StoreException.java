package org.ultravisor.ledger.store;

import org.jspecify.annotations.Nullable;

/** What can go wrong with a store. Messages say which directory, what was found and expected. */
public abstract sealed class StoreException extends RuntimeException
    permits HistoryCompactedException,
        StoreCorruptedException,
        StoreFailedException,
        StoreInUseException {
  private static final long serialVersionUID = 1;

  StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
