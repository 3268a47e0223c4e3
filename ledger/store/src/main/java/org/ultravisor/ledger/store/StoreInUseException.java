package org.ultravisor.ledger.store;

import java.nio.file.Path;

/** Another process, or another part of this one, has the directory open. Nothing changed. */
public final class StoreInUseException extends StoreException {
  private static final long serialVersionUID = 1;

  StoreInUseException(Path directory, Throwable cause) {
    super(directory + " is in use by another process; a store has one writer", cause);
  }
}
