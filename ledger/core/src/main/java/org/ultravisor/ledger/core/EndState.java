package org.ultravisor.ledger.core;

import org.ultravisor.mapping.Rights;

/** What revoked pages become. */
public sealed interface EndState {

  /** Each page AVAILABLE in its own cell. */
  record Available() implements EndState {}

  /** Owned by the receiver of a donation, which sees them from {@code guestFrame} on. */
  record Owned(int partition, long guestFrame, Rights rights) implements EndState {}

  /** Never used again. */
  record Poisoned() implements EndState {}

  Available AVAILABLE = new Available();
  Poisoned POISONED = new Poisoned();
}
