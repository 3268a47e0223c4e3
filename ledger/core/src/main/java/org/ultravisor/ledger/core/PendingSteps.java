package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;

/** Finds what is under way for a partition, and for what it waits. For one question. */
final class PendingSteps {
  private final Queries.Views views;
  private final int partition;
  private final PendingWaits waits;
  private final List<PendingInfo> found = new ArrayList<>();

  /** Loans whose owner has not let go of all pages. */
  private final Set<Long> notReady = new HashSet<>();

  /**
   * @param partition 0 for memory that nobody has yet
   */
  PendingSteps(Queries.Views views, int partition) {
    this.views = views;
    this.partition = partition;
    this.waits = new PendingWaits(views);
  }

  /** Revocations, then loans, then reservations, oldest first. */
  List<PendingInfo> find() {
    views.revocations().forEach((number, revocation) -> look(revocation));
    if (partition != 0) {
      views.loans().forEach((number, loan) -> look(loan));
      views.reservations().forEach((number, held) -> look(held));
    }
    return found;
  }

  private void look(RevocationInfo revocation) {
    switch (revocation.end()) {
      case EndState.Available end ->
          addOwn(
              revocation,
              revocation.partition() == 0 ? PendingStep.FIRST_SCRUB : PendingStep.RELEASE);
      case EndState.Poisoned end -> addOwn(revocation, PendingStep.POISON);
      case EndState.Protected end -> addOwn(revocation, PendingStep.PROTECT);
      case EndState.Owned end -> {
        if (revocation.partition() == partition) {
          add(revocation, PendingStep.DONATION_OUT, end.partition(), 0);
        } else if (end.partition() == partition) {
          add(revocation, PendingStep.DONATION_IN, revocation.partition(), 0);
        }
      }
      case EndState.Lent end -> ofLoan(revocation, PendingStep.LEND);
      case EndState.Returned end -> ofLoan(revocation, PendingStep.RETURN);
    }
  }

  private void addOwn(RevocationInfo revocation, PendingStep step) {
    if (revocation.partition() == partition) {
      add(revocation, step, 0, 0);
    }
  }

  private void add(RevocationInfo revocation, PendingStep step, int other, long loan) {
    found.add(waits.step(revocation, step, waits.nameOf(other), loan));
  }

  /** The owner waits for a borrower's return, and every borrower for what the owner lends. */
  private void ofLoan(RevocationInfo revocation, PendingStep step) {
    LoanInfo loan = loanAt(revocation.range());
    if (loan == null) {
      addOwn(revocation, step);
      return;
    }
    if (step == PendingStep.LEND) {
      notReady.add(loan.loan());
    }
    ChannelInfo channel = views.channels().get(loan.channel());
    if (channel != null && channel.isClosing()) {
      ofChannel(revocation, channel, loan);
      return;
    }
    boolean loses = revocation.partition() == partition;
    boolean waitsForIt =
        loan.partition() == partition
            || (step == PendingStep.LEND && loan.borrower(partition) != null);
    if (loses || waitsForIt) {
      int other =
          loses ? step == PendingStep.RETURN ? loan.partition() : 0 : revocation.partition();
      add(revocation, step, other, loan.loan());
    }
  }

  /** Both ends wait for the one whose access was taken, itself included; the other may be gone. */
  private void ofChannel(RevocationInfo revocation, ChannelInfo channel, LoanInfo loan) {
    if (channel.server() == partition || channel.client() == partition) {
      int other = channel.server() == partition ? channel.client() : channel.server();
      PendingStep step = PendingStep.CHANNEL_CLOSING;
      found.add(
          waits.step(revocation, step, waits.endOf(other), loan.loan()).ofChannel(channel.name()));
    }
  }

  private @Nullable LoanInfo loanAt(PageRange range) {
    long first = views.loanByFrame().floorKey(range.firstFrame());
    LoanInfo loan = first < 0 ? null : views.loanByFrame().get(first);
    return loan != null && loan.range().overlaps(range) ? loan : null;
  }

  /** One that carries a channel is given back when that closes, not before. */
  private void look(LoanInfo loan) {
    boolean isOwner = loan.partition() == partition;
    for (LoanBorrower borrower : loan.borrowers()) {
      boolean isBorrower = borrower.partition() == partition;
      String name = waits.nameOf(borrower.partition());
      if (borrower.isOffered() && (isOwner || isBorrower) && !notReady.contains(loan.loan())) {
        String other = isOwner ? name : waits.nameOf(loan.partition());
        found.add(
            PendingInfo.ofLoan(
                PendingStep.LOAN_OFFERED,
                other,
                loan,
                "its borrower '%s', who may retrieve it".formatted(name)));
      } else if (borrower.isHeld() && isOwner && loan.channel() == 0) {
        found.add(
            PendingInfo.ofLoan(
                PendingStep.LOAN_HELD,
                name,
                loan,
                "its borrower '%s', who has to relinquish it".formatted(name)));
      }
    }
  }

  private void look(ReservationInfo held) {
    if (held.partition() == partition) {
      found.add(
          PendingInfo.ofReservation(
              held, "its Post; at ledger time %d it ends by itself".formatted(held.deadline())));
    }
  }
}
