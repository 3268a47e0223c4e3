package org.ultravisor.ledger.core;

import org.ultravisor.mapping.PageRange;

/** Writes the facts of loans. */
final class LoanApplier {
  private final State state;

  LoanApplier(State state) {
    this.state = state;
  }

  void lent(Event.PagesLent e, long sequence) {
    Invariant.check(
        state.indexes.loans.loanIn(e.range()) == null,
        "loan %d is of pages that are part of another, from frame %d",
        e.loan(),
        e.range().firstFrame());
    Invariant.check(
        state.memory.owner().isWhole(e.range(), Descriptors.partition(e.partition())),
        "loan %d is of pages that partition %d does not own",
        e.loan(),
        e.partition());
    state.issue(Counter.LOAN, e.loan());
    state.loans.put(e.loan(), LoanInfo.of(e));
    state.touch(e.partition(), sequence);
    e.borrowers().forEach(borrower -> state.touch(borrower.partition(), sequence));
  }

  void retrieved(Event.PagesRetrieved e, long sequence) {
    LoanInfo loan = state.loans.require(e.loan());
    LoanBorrower borrower = loan.requireBorrower(e.partition());
    Invariant.check(
        borrower.isOffered(),
        "loan %d is retrieved twice by partition %d",
        e.loan(),
        e.partition());
    state.loans.put(e.loan(), loan.with(borrower.heldAt(e.guestFrame())));
    state.memory.map(e.partition(), e.guestFrame(), loan.range(), borrower.rights());
    state.touch(e.partition(), sequence);
  }

  void removed(Event.BorrowerRemoved e, long sequence) {
    LoanInfo loan = state.loans.require(e.loan());
    Invariant.check(
        loan.requireBorrower(e.partition()).isOffered(),
        "the offer of loan %d to partition %d is withdrawn, but it has the pages",
        e.loan(),
        e.partition());
    state.loans.put(e.loan(), loan.without(e.partition()));
    state.touch(loan.partition(), sequence);
    state.touch(e.partition(), sequence);
  }

  /** A borrower begins to return a loan: it no longer sees the pages. */
  void returnBegun(Event.PagesRevoked e) {
    LoanInfo loan = loanOf(e.range());
    LoanBorrower borrower = loan.requireBorrower(e.partition());
    Invariant.check(
        borrower.isHeld() && borrower.guestFrame() == e.guestFrame(),
        "loan %d is returned by partition %d, which does not see it at guest frame %d",
        loan.loan(),
        e.partition(),
        e.guestFrame());
    state.loans.put(loan.loan(), loan.with(borrower.returning()));
  }

  /** A borrower has let go of a loan. */
  void returned(RevocationInfo revocation, long sequence) {
    LoanInfo loan = loanOf(revocation.range());
    Invariant.check(
        loan.requireBorrower(revocation.partition()).isReturning(),
        "partition %d let go of loan %d but was not returning it",
        revocation.partition(),
        loan.loan());
    state.loans.put(loan.loan(), loan.without(revocation.partition()));
    state.touch(loan.partition(), sequence);
  }

  void reclaimed(Event.LoanReclaimed e, long sequence) {
    LoanInfo loan = state.loans.require(e.loan());
    Invariant.check(!loan.isInUse(), "loan %d is reclaimed but a borrower has it", e.loan());
    state.loans.remove(e.loan());
    if (loan.isLent()) {
      for (LoanPiece piece : loan.pieces()) {
        state.memory.map(loan.partition(), piece.guestFrame(), piece.range(), piece.rights());
      }
    }
    touchAll(loan, sequence);
  }

  /** Borrowers see the pages no longer; who must acknowledge that is in the facts that follow. */
  void ended(Event.LoanEnded e, long sequence) {
    LoanInfo loan = state.loans.require(e.loan());
    state.loans.remove(e.loan());
    for (LoanBorrower borrower : loan.borrowers()) {
      if (borrower.isHeld()) {
        state.memory.unmap(borrower.partition(), borrower.guestFrame(), loan.range());
      }
    }
    touchAll(loan, sequence);
  }

  void orphaned(Event.LoanOrphaned e) {
    LoanInfo loan = state.loans.require(e.loan());
    Invariant.check(!loan.isLent(), "loan %d is lent, not shared", e.loan());
    state.loans.put(e.loan(), loan.orphaned());
  }

  void split(Event.LoanSplit e) {
    LoanInfo whole = state.loans.require(e.loan());
    PageRange range = whole.range();
    state.issue(Counter.LOAN, e.tail());
    state.loans.put(e.loan(), whole.part(e.loan(), PageRange.between(range.firstFrame(), e.at())));
    state.loans.put(e.tail(), whole.part(e.tail(), PageRange.between(e.at(), range.endFrame())));
  }

  private void touchAll(LoanInfo loan, long sequence) {
    state.touch(loan.partition(), sequence);
    loan.borrowers().forEach(borrower -> state.touch(borrower.partition(), sequence));
  }

  private LoanInfo loanOf(PageRange range) {
    LoanInfo loan = state.indexes.loans.loanIn(range);
    if (loan == null || !loan.range().equals(range)) {
      throw new InvariantViolation("%s is returned but is not just one loan".formatted(range));
    }
    return loan;
  }
}
