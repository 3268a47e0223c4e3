package org.ultravisor.ledger.core;

import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/**
 * What must hold of loans: their pages are their owner's, who sees shared ones alone; who holds one
 * sees all of it with just the rights offered, nobody else sees any of it; who is returning one is
 * awaited; a dead owner's is in use.
 */
final class LoanChecks {
  private final State state;

  LoanChecks(State state) {
    this.state = state;
  }

  void run() {
    long[] end = {0};
    state.indexes.loans.byFrame.forEach(
        (first, loan) -> {
          Invariant.check(first >= end[0], "loan %d is of another's pages", loan.loan());
          end[0] = loan.range().endFrame();
        });
    state
        .loans
        .rows()
        .forEach(
            (number, loan) -> {
              checkOwner(loan);
              loan.borrowers().forEach(borrower -> checkBorrower(loan, borrower));
            });
    state
        .revocations
        .rows()
        .forEach(
            (number, revocation) -> {
              if (revocation.isReturn()) {
                checkReturn(revocation);
              }
            });
  }

  private void checkOwner(LoanInfo loan) {
    int owner = loan.partition();
    Invariant.check(
        state.memory.owner().isWhole(loan.range(), Descriptors.partition(owner)),
        "pages of loan %d do not have the descriptor of partition %d",
        loan.loan(),
        owner);
    if (loan.isLent()) {
      state.memory.forEachMappingOf(
          owner,
          loan.range(),
          (guest, host, count, rights) ->
              Invariant.check(
                  false, "frame %d is seen by partition %d, which has lent it", host, owner));
    }
    PartitionDescriptor lender = state.partitions.get(owner);
    Invariant.check(
        lender != null && (!lender.isZombie() || isAwaited(loan)),
        "partition %d is gone but loan %d of its pages is open",
        owner,
        loan.loan());
  }

  private boolean isAwaited(LoanInfo loan) {
    return loan.isInUse() || state.indexes.revocationIn(loan.range()) != null;
  }

  private void checkBorrower(LoanInfo loan, LoanBorrower borrower) {
    int partition = borrower.partition();
    PartitionDescriptor there = state.partitions.get(partition);
    Invariant.check(
        there != null && (!there.isZombie() || borrower.isReturning()),
        "partition %d is gone but a borrower of loan %d",
        partition,
        loan.loan());
    long seen = seen(partition, loan.range());
    if (!borrower.isHeld()) {
      Invariant.check(
          seen == 0,
          "partition %d sees pages of loan %d, which it has not",
          partition,
          loan.loan());
      Invariant.check(
          !borrower.isReturning() || state.indexes.loans.returnOf(loan, partition) != null,
          "partition %d is returning loan %d but nothing awaits that",
          partition,
          loan.loan());
      return;
    }
    Invariant.check(
        seen == loan.range().frameCount(),
        "partition %d sees %d pages of loan %d",
        partition,
        seen,
        loan.loan());
    state.memory.forEachMappingOf(
        partition,
        loan.range(),
        (guest, host, count, rights) -> {
          Invariant.check(
              rights.equals(borrower.rights()),
              "partition %d sees frame %d with other rights than it was lent with",
              partition,
              host);
          Invariant.check(
              guest - borrower.guestFrame() == host - loan.range().firstFrame(),
              "partition %d sees frame %d of loan %d at another guest frame",
              partition,
              host,
              loan.loan());
        });
  }

  private long seen(int partition, PageRange range) {
    long[] seen = {0};
    state.memory.forEachMappingOf(
        partition, range, (guest, host, count, rights) -> seen[0] += count);
    return seen[0];
  }

  private void checkReturn(RevocationInfo revocation) {
    LoanInfo loan = state.indexes.loans.loanIn(revocation.range());
    @Nullable LoanBorrower borrower =
        loan == null || !loan.range().equals(revocation.range())
            ? null
            : loan.borrower(revocation.partition());
    Invariant.check(
        borrower != null && borrower.isReturning(),
        "revocation %d returns a loan that partition %d is not returning",
        revocation.revocation(),
        revocation.partition());
  }

  /** Whether the partition may see all pages of the range, another's, by loans that it holds. */
  boolean mayBorrow(int partition, PageRange range) {
    long covered = range.firstFrame();
    for (LoanInfo loan : state.indexes.loans.allIn(range)) {
      LoanBorrower borrower = loan.borrower(partition);
      if (borrower == null || !borrower.isHeld() || loan.range().firstFrame() > covered) {
        return false;
      }
      covered = loan.range().endFrame();
    }
    return covered >= range.endFrame();
  }
}
