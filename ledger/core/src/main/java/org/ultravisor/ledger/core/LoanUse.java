package org.ultravisor.ledger.core;

/**
 * Pages that a partition lends and borrows.
 *
 * @param lent its own, lent to others so that it has no access
 * @param shared its own, shared with others
 * @param held others', which it sees
 * @param returning others', which it sees no longer but has not let go of
 */
record LoanUse(long lent, long shared, long held, long returning) {
  static final LoanUse NONE = new LoanUse(0, 0, 0, 0);

  LoanUse plus(LoanUse more) {
    return new LoanUse(
        lent + more.lent, shared + more.shared, held + more.held, returning + more.returning);
  }

  /** What the owner's part in a loan is. */
  static LoanUse ofOwner(LoanInfo loan, int sign) {
    long pages = sign * loan.range().frameCount();
    return loan.isLent() ? new LoanUse(pages, 0, 0, 0) : new LoanUse(0, pages, 0, 0);
  }

  /** What a borrower's part in a loan is. */
  static LoanUse ofBorrower(LoanInfo loan, LoanBorrower borrower, int sign) {
    long pages = sign * loan.range().frameCount();
    return switch (borrower.state()) {
      case OFFERED -> NONE;
      case HELD -> new LoanUse(0, 0, pages, 0);
      case RETURNING -> new LoanUse(0, 0, 0, pages);
    };
  }
}
