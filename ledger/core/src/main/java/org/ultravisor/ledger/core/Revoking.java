package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Gathers the facts of one operation that starts, furthers or ends revocations. Nothing is written
 * yet, so it keeps in mind what the facts gathered so far will have changed: numbers issued, loans
 * that nobody has any more, and what zombies have given back.
 */
final class Revoking {
  private final State state;
  private final List<Event> events = new ArrayList<>();
  private final Departures departures;
  private final LoanEndings endings;
  private long nextRevocation;
  private long nextLoan;

  Revoking(State state) {
    this.state = state;
    this.departures = new Departures(state);
    this.endings = new LoanEndings(state);
    this.nextRevocation = state.next(Counter.REVOCATION);
    this.nextLoan = state.next(Counter.LOAN);
  }

  void add(Event event) {
    events.add(event);
  }

  /** Says that the partition is a zombie from here on. */
  void bury(int partition) {
    add(new Event.PartitionStateChanged(partition, PartitionState.ZOMBIE));
    departures.dies(partition);
    endings.dies(partition);
  }

  /** Says where the piece of a revoked range ends up, given its first frame and its rights. */
  @FunctionalInterface
  interface EndOf {
    EndState end(long firstFrame, Rights rights);
  }

  /**
   * Takes pages from their owner, one fact for each run that lies together in host and guest
   * memory.
   */
  void revokeOwned(int partition, PageRange range, boolean scrub, EndOf end) {
    revokeOwned(partition, range, monitorOf(partition), scrub, end);
  }

  /** The same, for more monitors than the owner's to acknowledge. */
  void revokeOwned(int partition, PageRange range, List<Long> awaited, boolean scrub, EndOf end) {
    state.memory.forEachMappingOf(
        partition,
        range,
        (guestFrame, hostFrame, count, rights) ->
            revoke(
                partition,
                new PageRange(hostFrame, count),
                guestFrame,
                awaited,
                scrub,
                end.end(hostFrame, rights)));
  }

  /** Starts one revocation; it is over at once if nothing is awaited. */
  void revoke(
      int partition,
      PageRange range,
      long guestFrame,
      List<Long> awaited,
      boolean scrub,
      EndState end) {
    RevocationInfo begun =
        new RevocationInfo(nextRevocation++, partition, range, guestFrame, 0, awaited, scrub, end);
    events.add(
        new Event.PagesRevoked(
            begun.revocation(), partition, range, guestFrame, awaited, scrub, end));
    departures.begun(begun);
    endings.begun(begun);
    completeIfDone(begun);
  }

  /** Takes a borrower's access to a loan that it holds. */
  void takeBack(LoanInfo loan, LoanBorrower borrower, boolean scrub) {
    revoke(
        borrower.partition(),
        loan.range(),
        borrower.guestFrame(),
        monitorOf(borrower.partition()),
        scrub,
        EndState.RETURNED);
  }

  /** The incarnations that may still use a partition's pages. */
  List<Long> monitorOf(int partition) {
    MonitorInfo monitor = state.monitors.get(partition);
    return monitor == null ? List.of() : List.of(monitor.incarnation());
  }

  /** A monitor no longer uses a revocation's pages. */
  void acknowledge(RevocationInfo revocation, int partition, long incarnation, boolean fenced) {
    events.add(new Event.RevocationAcknowledged(revocation.revocation(), incarnation, fenced));
    departures.acknowledged(revocation, partition, incarnation);
    completeIfDone(revocation.withoutAwaited(incarnation));
  }

  void scrubbed(RevocationInfo revocation, long hostIncarnation) {
    events.add(new Event.RevocationScrubbed(revocation.revocation(), hostIncarnation));
    completeIfDone(revocation.withEnd(revocation.end(), false));
  }

  /** Sends a pending revocation another way. */
  void redirect(RevocationInfo revocation, EndState end, boolean scrub) {
    events.add(new Event.RevocationRedirected(revocation.revocation(), end, scrub));
    endings.over(revocation);
    completeIfDone(revocation.withEnd(end, scrub));
  }

  /** Gives up a pending revocation for another that awaits all that it does. */
  void supersede(RevocationInfo revocation) {
    events.add(new Event.RevocationSuperseded(revocation.revocation()));
    departures.superseded(revocation);
    endings.superseded(revocation);
  }

  /** Cuts the part of a revocation that lies in the range out of it, and returns that part. */
  RevocationInfo cutOut(RevocationInfo whole, PageRange range) {
    RevocationInfo part = whole;
    if (part.range().firstFrame() < range.firstFrame()) {
      part = splitAt(part, range.firstFrame()).tail();
    }
    if (part.range().endFrame() > range.endFrame()) {
      part = splitAt(part, range.endFrame()).head();
    }
    return part;
  }

  private record Split(RevocationInfo head, RevocationInfo tail) {}

  private Split splitAt(RevocationInfo whole, long at) {
    long tail = nextRevocation++;
    events.add(new Event.RevocationSplit(whole.revocation(), at, tail));
    departures.split(whole, tail);
    PageRange range = whole.range();
    return new Split(
        whole.withRange(whole.revocation(), PageRange.between(range.firstFrame(), at)),
        whole.withRange(tail, PageRange.between(at, range.endFrame())));
  }

  /** Withdraws an offer. */
  void withdraw(LoanInfo loan, LoanBorrower borrower) {
    events.add(new Event.BorrowerRemoved(loan.loan(), borrower.partition()));
    endings.withdrawn(loan, borrower.partition());
  }

  /** Begins to close a channel, if that has not begun: takes its memory from its other end. */
  void close(ChannelInfo channel) {
    if (!channel.isClosing()) {
      events.add(new Event.ChannelStateChanged(channel.channel(), ChannelState.CLOSING));
      for (LoanInfo part : endings.partsOf(channel.channel())) {
        for (LoanBorrower borrower : part.borrowers()) {
          if (borrower.isHeld()) {
            takeBack(part, borrower, false);
          }
        }
      }
    }
  }

  /** Opens a loan, so that what its owner loses can follow. */
  void open(Event.PagesLent fact) {
    events.add(fact);
    endings.opened(LoanInfo.of(fact));
  }

  /** Cuts the part of a loan that lies in the range out of it, and returns that part. */
  LoanInfo cutOut(LoanInfo whole, PageRange range) {
    LoanInfo part = whole;
    if (part.range().firstFrame() < range.firstFrame()) {
      part = splitAt(part, range.firstFrame(), false);
    }
    if (part.range().endFrame() > range.endFrame()) {
      part = splitAt(part, range.endFrame(), true);
    }
    return part;
  }

  private LoanInfo splitAt(LoanInfo whole, long at, boolean wantsHead) {
    long number = nextLoan++;
    events.add(new Event.LoanSplit(whole.loan(), at, number));
    PageRange range = whole.range();
    LoanInfo head = whole.part(whole.loan(), PageRange.between(range.firstFrame(), at));
    LoanInfo tail = whole.part(number, PageRange.between(at, range.endFrame()));
    endings.split(whole, head, tail);
    return wantsHead ? head : tail;
  }

  /** Ends a loan whose pages nobody is to see any more. */
  void end(LoanInfo loan) {
    events.add(new Event.LoanEnded(loan.loan()));
    departures.loanEnded(loan);
    endings.ended(loan);
  }

  /** The pending return of a loan by one of its borrowers. */
  RevocationInfo returnOf(LoanInfo loan, LoanBorrower borrower) {
    Long number = state.indexes.loans.returnOf(loan, borrower.partition());
    if (number == null) {
      throw new InvariantViolation(
          "loan %d is being returned by partition %d, but not revoked from it"
              .formatted(loan.loan(), borrower.partition()));
    }
    return state.revocations.require(number);
  }

  private void completeIfDone(RevocationInfo revocation) {
    if (revocation.complete()) {
      events.add(new Event.RevocationCompleted(revocation.revocation(), revocation.end()));
      departures.completed(revocation);
      endings.over(revocation);
    }
  }

  /**
   * All the facts. Loans that nobody has any more are over if their owner is gone or they carry a
   * channel; zombies that have given the last page back are gone at the end.
   */
  Decision decision() {
    @Nullable LoanInfo over = endings.next();
    while (over != null) {
      if (endings.isDead(over.partition())) {
        end(over);
        revoke(over.partition(), over.range(), -1, List.of(), true, EndState.AVAILABLE);
      } else {
        events.add(new Event.LoanReclaimed(over.loan()));
        endings.ended(over);
      }
      over = endings.next();
    }
    endings.closed().forEach(channel -> events.add(new Event.ChannelClosed(channel)));
    departures
        .gone()
        .forEach(
            partition ->
                events.add(new Event.PartitionStateChanged(partition, PartitionState.DESTROYED)));
    return Decision.accepted(events);
  }
}
