package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/**
 * Pages that their owner lends to, or shares with, others. They stay the owner's, and count to its
 * limit alone, until it reclaims them; a page is part of one loan at most.
 *
 * @param partition the owner
 * @param pieces where the owner saw the pages when the loan was opened, by host address; where they
 *     were lent it sees them there again once they are reclaimed
 * @param borrowers in the order in which they were named; those who have let go are not among them
 * @param channel the channel that the pages carry; 0 if none
 */
public record LoanInfo(
    long loan,
    LoanKind kind,
    int partition,
    PageRange range,
    List<LoanPiece> pieces,
    List<LoanBorrower> borrowers,
    long channel) {
  public LoanInfo {
    pieces = List.copyOf(pieces);
    borrowers = List.copyOf(borrowers);
  }

  /** The loan that the fact opens. */
  public static LoanInfo of(Event.PagesLent fact) {
    return new LoanInfo(
        fact.loan(),
        fact.kind(),
        fact.partition(),
        fact.range(),
        fact.pieces(),
        fact.borrowers(),
        0);
  }

  /** The borrower of this number; null if it is none. */
  @Nullable LoanBorrower borrower(int number) {
    for (LoanBorrower borrower : borrowers) {
      if (borrower.partition() == number) {
        return borrower;
      }
    }
    return null;
  }

  /** The borrower of this number, which must be one. */
  public LoanBorrower requireBorrower(int number) {
    LoanBorrower found = borrower(number);
    if (found == null) {
      throw new InvariantViolation(
          "partition %d is no borrower of loan %d".formatted(number, loan));
    }
    return found;
  }

  /** Whether some borrower sees the pages, or has not let go of them yet. */
  boolean isInUse() {
    return borrowers.stream().anyMatch(borrower -> !borrower.isOffered());
  }

  /** Whether the owner has no access. */
  public boolean isLent() {
    return kind == LoanKind.LEND;
  }

  /** With this borrower as it is now. */
  public LoanInfo with(LoanBorrower now) {
    List<LoanBorrower> all = new ArrayList<>(borrowers);
    all.replaceAll(old -> old.partition() == now.partition() ? now : old);
    return new LoanInfo(loan, kind, partition, range, pieces, all, channel);
  }

  /** With this borrower no more. */
  public LoanInfo without(int borrower) {
    List<LoanBorrower> left =
        borrowers.stream().filter(each -> each.partition() != borrower).toList();
    return new LoanInfo(loan, kind, partition, range, pieces, left, channel);
  }

  /** Without its owner, who is gone and has no access any more. */
  public LoanInfo orphaned() {
    return new LoanInfo(loan, LoanKind.LEND, partition, range, pieces, borrowers, channel);
  }

  LoanInfo withChannel(long number) {
    return new LoanInfo(loan, kind, partition, range, pieces, borrowers, number);
  }

  /** A part of it as a loan of its own, with another number or the same. */
  public LoanInfo part(long number, PageRange part) {
    List<LoanPiece> cut =
        pieces.stream()
            .filter(piece -> piece.range().overlaps(part))
            .map(piece -> piece.within(part))
            .toList();
    List<LoanBorrower> moved =
        borrowers.stream()
            .map(borrower -> borrower.from(part.firstFrame() - range.firstFrame()))
            .toList();
    return new LoanInfo(number, kind, partition, part, cut, moved, channel);
  }
}
