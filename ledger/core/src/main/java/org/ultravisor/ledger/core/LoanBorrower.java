package org.ultravisor.ledger.core;

import org.ultravisor.mapping.Rights;

/**
 * One of a loan's borrowers.
 *
 * @param partition its number
 * @param guestFrame where it sees the loan's first frame, or saw it if it is returning it; -1 as
 *     long as the loan is only offered
 */
public record LoanBorrower(int partition, Rights rights, State state, long guestFrame) {

  /** How far a borrower has come. */
  public enum State {
    /** It may retrieve the pages. */
    OFFERED,
    /** It sees the pages. */
    HELD,
    /** It sees them no longer, but its monitor has not acknowledged or the scrub is not done. */
    RETURNING
  }

  static LoanBorrower offered(int partition, Rights rights) {
    return new LoanBorrower(partition, rights, State.OFFERED, -1);
  }

  /** After it has retrieved the loan at this guest frame. */
  public LoanBorrower heldAt(long frame) {
    return new LoanBorrower(partition, rights, State.HELD, frame);
  }

  /** After its access was taken. */
  public LoanBorrower returning() {
    return new LoanBorrower(partition, rights, State.RETURNING, guestFrame);
  }

  /** The same borrower of a part that begins so many frames further on. */
  LoanBorrower from(long frames) {
    return guestFrame < 0 ? this : new LoanBorrower(partition, rights, state, guestFrame + frames);
  }

  public boolean isOffered() {
    return state == State.OFFERED;
  }

  public boolean isHeld() {
    return state == State.HELD;
  }

  public boolean isReturning() {
    return state == State.RETURNING;
  }
}
