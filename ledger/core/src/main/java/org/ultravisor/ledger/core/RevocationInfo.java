package org.ultravisor.ledger.core;

import java.util.List;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * A pending revocation.
 *
 * @param partition who lost access, or rights; 0 for new memory that waits for its first scrub
 * @param guestFrame where the partition saw the range's first frame; -1 if it did not see it
 * @param revokedAt sequence at which access was lost
 * @param awaited incarnations of the monitors that have not acknowledged yet
 * @param scrub whether the host agent has yet to zero the pages; due once nothing is awaited
 */
public record RevocationInfo(
    long revocation,
    int partition,
    PageRange range,
    long guestFrame,
    long revokedAt,
    List<Long> awaited,
    boolean scrub,
    EndState end) {
  public RevocationInfo {
    awaited = List.copyOf(awaited);
  }

  /** A part of it as a revocation of its own, with another number or the same. */
  public RevocationInfo withRange(long number, PageRange part) {
    long guest = guestFrame < 0 ? -1 : guestFrame + part.firstFrame() - range.firstFrame();
    EndState partEnd =
        end instanceof EndState.Owned(int to, long toGuest, Rights rights)
            ? new EndState.Owned(to, toGuest + part.firstFrame() - range.firstFrame(), rights)
            : end;
    return new RevocationInfo(number, partition, part, guest, revokedAt, awaited, scrub, partEnd);
  }

  /** After this monitor has acknowledged. */
  public RevocationInfo withoutAwaited(long incarnation) {
    List<Long> left = awaited.stream().filter(monitor -> monitor != incarnation).toList();
    return new RevocationInfo(
        revocation, partition, range, guestFrame, revokedAt, left, scrub, end);
  }

  /** With another end state, after another scrub or after it was scrubbed. */
  public RevocationInfo withEnd(EndState otherEnd, boolean otherScrub) {
    return new RevocationInfo(
        revocation, partition, range, guestFrame, revokedAt, awaited, otherScrub, otherEnd);
  }

  /** Whether it is a borrower's, of pages that are another's. */
  public boolean isReturn() {
    return end instanceof EndState.Returned;
  }

  /** Whether the pages will be its owner's no more. */
  boolean leavesOwner() {
    return switch (end) {
      case EndState.Available to -> true;
      case EndState.Owned to -> true;
      case EndState.Poisoned to -> true;
      case EndState.Lent to -> false;
      case EndState.Returned to -> false;
      case EndState.Protected to -> false;
    };
  }

  /** Whether nothing is awaited any more. */
  boolean complete() {
    return awaited.isEmpty() && !scrub;
  }

  /** Whether the host agent may zero the pages now. */
  public boolean scrubDue() {
    return scrub && awaited.isEmpty();
  }
}
