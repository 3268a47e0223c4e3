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

  /** Still the owner's, who has lost its access to them; the borrowers of the loan may have it. */
  record Lent() implements EndState {}

  /** Returned by a borrower, who is none from then on. */
  record Returned() implements EndState {}

  /** Still seen by their owner, who has lost rights; it has had these from the first fact on. */
  record Protected(Rights rights) implements EndState {}

  Available AVAILABLE = new Available();
  Poisoned POISONED = new Poisoned();
  Lent LENT = new Lent();
  Returned RETURNED = new Returned();
}
