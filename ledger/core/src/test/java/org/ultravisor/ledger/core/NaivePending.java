package org.ultravisor.ledger.core;

import java.util.List;

/**
 * What a page, or a borrower's access to a loan, waits for.
 *
 * @param number the revocation's, learned from the ledger; 0 until then
 * @param awaited incarnations of monitors, ascending
 */
record NaivePending(long number, List<Long> awaited, boolean scrub, long revokedAt, NaiveEnd end) {

  boolean over() {
    return awaited.isEmpty() && !scrub;
  }

  NaivePending numbered(long issued) {
    return new NaivePending(issued, awaited, scrub, revokedAt, end);
  }

  NaivePending scrubbed() {
    return new NaivePending(number, awaited, false, revokedAt, end);
  }

  NaivePending redirected(NaiveEnd other, boolean otherScrub) {
    return new NaivePending(number, awaited, otherScrub, revokedAt, other);
  }

  boolean waitsFor(long incarnation, long upTo) {
    return revokedAt <= upTo && awaited.contains(incarnation);
  }

  NaivePending without(long incarnation) {
    return new NaivePending(
        number,
        awaited.stream().filter(each -> each != incarnation).toList(),
        scrub,
        revokedAt,
        end);
  }
}
