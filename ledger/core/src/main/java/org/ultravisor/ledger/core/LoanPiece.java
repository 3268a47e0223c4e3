package org.ultravisor.ledger.core;

import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Where the owner saw a part of a loan when it was opened: one run in host and guest memory.
 *
 * @param guestFrame of the range's first frame
 */
public record LoanPiece(PageRange range, long guestFrame, Rights rights) {

  /** The part of it that lies in the range, which must overlap it. */
  LoanPiece within(PageRange other) {
    PageRange part = Memory.common(range, other);
    return new LoanPiece(part, guestFrame + part.firstFrame() - range.firstFrame(), rights);
  }
}
