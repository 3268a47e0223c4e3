package org.ultravisor.ledger.core;

import java.util.List;
import org.ultravisor.mapping.PageRange;

/**
 * Why something is not there yet: a step that is under way, and who has to do what for it.
 *
 * @param other name of the other partition that takes part; empty if there is none; its number
 *     ({@code #3}) if it is an end of a channel and gone
 * @param ranges of host frames; none for processors and devices alone
 * @param revocation its number; 0 if the step is none
 * @param loan its number; 0 if the step is not of a loan
 * @param reservation its name; empty if the step is none
 * @param monitors who must acknowledge first
 * @param scrub whether the pages are still to be zeroed, after the acknowledgements
 * @param host whose agent zeroes them; empty if no scrub is to come or no agent is attached
 * @param waitsFor what is awaited now, for people
 */
public record PendingInfo(
    PendingStep step,
    String other,
    List<PageRange> ranges,
    long revocation,
    long loan,
    String reservation,
    List<AwaitedMonitor> monitors,
    boolean scrub,
    String host,
    String waitsFor) {
  public PendingInfo {
    ranges = List.copyOf(ranges);
    monitors = List.copyOf(monitors);
  }

  /** A step for which a partition has to ask for something. */
  static PendingInfo ofLoan(PendingStep step, String other, LoanInfo loan, String waitsFor) {
    return new PendingInfo(
        step, other, List.of(loan.range()), 0, loan.loan(), "", List.of(), false, "", waitsFor);
  }

  /** The same, saying which channel is closed when it is done. */
  PendingInfo ofChannel(String channel) {
    return new PendingInfo(
        step,
        other,
        ranges,
        revocation,
        loan,
        reservation,
        monitors,
        scrub,
        host,
        "to close channel '%s': %s".formatted(channel, waitsFor));
  }

  static PendingInfo ofReservation(ReservationInfo held, String waitsFor) {
    return new PendingInfo(
        PendingStep.RESERVATION,
        "",
        held.ranges(),
        0,
        0,
        held.name(),
        List.of(),
        false,
        "",
        waitsFor);
  }
}
