package org.ultravisor.ledger.store;

import org.jspecify.annotations.Nullable;

/** What is on disk is not what was written, or belongs elsewhere. Nothing was changed. */
public final class StoreCorruptedException extends StoreException {
  private static final long serialVersionUID = 1;

  StoreCorruptedException(String message) {
    this(message, null);
  }

  /**
   * @param message which file, key or sequence, what was expected and found
   */
  StoreCorruptedException(String message, @Nullable Throwable cause) {
    super(
        message
            + "; rebuild this replica from the others (ultravisor cluster replace)"
            + " or from a backup (ultravisor cluster restore)",
        cause);
  }
}
