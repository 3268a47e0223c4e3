package org.ultravisor.node.host;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.LoanBorrower;
import org.ultravisor.ledger.core.LoanInfo;
import org.ultravisor.ledger.core.LoanPiece;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.mapping.PageRange;

/**
 * The open loans, kept up to date fact by fact, and what their facts change in the memory maps of
 * owners and borrowers. What an owner or a borrower loses by a revocation is not said here. One
 * thread.
 */
final class LoanChanges {
  private final PartitionViews views;
  private final Map<Long, LoanInfo> loans = new HashMap<>();
  private final Map<Long, Long> byFirstFrame = new HashMap<>();

  LoanChanges(PartitionViews views) {
    this.views = views;
  }

  /** Starts anew with these. */
  void reset(List<LoanInfo> open) {
    loans.clear();
    byFirstFrame.clear();
    open.forEach(this::put);
  }

  /**
   * Follows one fact.
   *
   * @param completed the revocation that it completed, as it was; null if it did not
   */
  void follow(Event event, @Nullable RevocationInfo completed) throws IOException {
    switch (event) {
      case Event.PagesLent e -> put(LoanInfo.of(e));
      case Event.PagesRetrieved e -> {
        LoanInfo loan = require(e.loan());
        LoanBorrower borrower = loan.requireBorrower(e.partition());
        put(loan.with(borrower.heldAt(e.guestFrame())));
        views.map(e.partition(), e.guestFrame(), loan.range(), borrower.rights());
      }
      case Event.BorrowerRemoved e -> put(require(e.loan()).without(e.partition()));
      case Event.PagesRevoked e -> {
        if (e.isReturn()) {
          LoanInfo loan = at(e.range());
          put(loan.with(loan.requireBorrower(e.partition()).returning()));
        }
      }
      case Event.RevocationCompleted e -> {
        if (completed != null && completed.isReturn()) {
          put(at(completed.range()).without(completed.partition()));
        }
      }
      case Event.LoanReclaimed e -> reclaim(remove(e.loan()));
      case Event.LoanEnded e -> end(remove(e.loan()));
      case Event.LoanOrphaned e -> put(require(e.loan()).orphaned());
      case Event.LoanSplit e -> {
        LoanInfo whole = require(e.loan());
        PageRange range = whole.range();
        put(whole.part(e.loan(), PageRange.between(range.firstFrame(), e.at())));
        put(whole.part(e.tail(), PageRange.between(e.at(), range.endFrame())));
      }
      default -> {}
    }
  }

  private void reclaim(LoanInfo loan) throws IOException {
    if (loan.isLent()) {
      for (LoanPiece piece : loan.pieces()) {
        views.map(loan.partition(), piece.guestFrame(), piece.range(), piece.rights());
      }
    }
  }

  private void end(LoanInfo loan) throws IOException {
    for (LoanBorrower borrower : loan.borrowers()) {
      if (borrower.isHeld()) {
        views.unmap(borrower.partition(), borrower.guestFrame(), loan.range().frameCount());
      }
    }
  }

  private void put(LoanInfo loan) {
    loans.put(loan.loan(), loan);
    byFirstFrame.put(loan.range().firstFrame(), loan.loan());
  }

  private LoanInfo remove(long number) {
    LoanInfo loan = require(number);
    loans.remove(number);
    byFirstFrame.remove(loan.range().firstFrame());
    return loan;
  }

  private LoanInfo require(long number) {
    LoanInfo loan = loans.get(number);
    if (loan == null) {
      throw new IllegalStateException("loan " + number + " is not open here, but a fact names it");
    }
    return loan;
  }

  /** The loan of just this range. */
  private LoanInfo at(PageRange range) {
    Long number = byFirstFrame.get(range.firstFrame());
    if (number != null) {
      return require(number);
    }
    throw new IllegalStateException("no loan of " + range + " is open here, but it is returned");
  }
}
