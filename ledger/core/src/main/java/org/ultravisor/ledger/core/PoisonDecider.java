package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ultravisor.mapping.PageRange;

/**
 * Decides on pages that break. Available and reserved ones are out of use at once, others once the
 * monitors of all who could see them have let go; pages that are being revoked already end poisoned
 * instead of as first said. A loan loses its broken part, which becomes a loan of its own and ends;
 * a channel is closed.
 */
final class PoisonDecider {
  private final State state;
  private final PageChecks pages;

  PoisonDecider(State state) {
    this.state = state;
    this.pages = new PageChecks(state);
  }

  Decision poison(Operation.PoisonPages op) {
    Decision.Rejected notInstalled = pages.installed(op.range());
    if (notInstalled != null) {
      return notInstalled;
    }
    Revoking revoking = new Revoking(state);
    redirectPending(op.range(), revoking);
    Set<Long> channels = new TreeSet<>();
    long from = op.range().firstFrame();
    for (LoanInfo loan : state.indexes.loans.allIn(op.range())) {
      PageRange part = Memory.common(loan.range(), op.range());
      poisonUnlent(from, part.firstFrame(), revoking);
      poisonLent(loan, part, revoking);
      if (loan.channel() != 0) {
        channels.add(loan.channel());
      }
      from = part.endFrame();
    }
    poisonUnlent(from, op.range().endFrame(), revoking);
    channels.forEach(channel -> revoking.close(state.channels.require(channel)));
    return revoking.decision();
  }

  /** What owners lose to loans is treated with the loan. */
  private void redirectPending(PageRange range, Revoking revoking) {
    for (RevocationInfo revocation : state.indexes.revocationsIn(range)) {
      switch (revocation.end()) {
        case EndState.Poisoned end -> {}
        case EndState.Lent end -> {}
        case EndState.Protected end -> revoking.supersede(revoking.cutOut(revocation, range));
        default -> revoking.redirect(revoking.cutOut(revocation, range), EndState.POISONED, false);
      }
    }
  }

  private void poisonUnlent(long from, long to, Revoking revoking) {
    if (from == to) {
      return;
    }
    PageRange range = PageRange.between(from, to);
    takeFromReservations(range, revoking);
    state
        .memory
        .owner()
        .forEachRun(
            range,
            (firstFrame, count, descriptor) -> {
              PageRange run = new PageRange(firstFrame, count);
              if (Descriptors.isAvailable(descriptor)) {
                revoking.revoke(0, run, -1, List.of(), false, EndState.POISONED);
              } else if (Descriptors.isPartition(descriptor)) {
                revoking.revokeOwned(
                    Descriptors.partitionOf(descriptor),
                    run,
                    false,
                    (first, rights) -> EndState.POISONED);
              }
            });
  }

  /** Nobody has seen pages that are only reserved, so nobody must let go of them. */
  private void takeFromReservations(PageRange range, Revoking revoking) {
    for (HeldRange held : state.indexes.reservations.allIn(range)) {
      PageRange part = Memory.common(held.range(), range);
      int partition = state.reservations.require(held.reservation()).partition();
      revoking.add(new Event.ReservationReduced(held.reservation(), part));
      revoking.revoke(partition, part, -1, List.of(), false, EndState.POISONED);
    }
  }

  private void poisonLent(LoanInfo whole, PageRange part, Revoking revoking) {
    LoanInfo broken = revoking.cutOut(whole, part);
    List<Long> users = new ArrayList<>();
    for (LoanBorrower borrower : whole.borrowers()) {
      if (borrower.isHeld()) {
        users.addAll(revoking.monitorOf(borrower.partition()));
      } else if (borrower.isReturning()) {
        RevocationInfo pending = revoking.cutOut(revoking.returnOf(whole, borrower), part);
        users.addAll(pending.awaited());
        revoking.supersede(pending);
      }
    }
    revoking.end(broken);
    int owner = whole.partition();
    if (!whole.isLent()) {
      List<Long> awaited = together(users, revoking.monitorOf(owner));
      revoking.revokeOwned(owner, part, awaited, false, (first, rights) -> EndState.POISONED);
      return;
    }
    long from = part.firstFrame();
    for (RevocationInfo pending : state.indexes.revocationsIn(part)) {
      RevocationInfo lost = revoking.cutOut(pending, part);
      poisonLetGo(owner, from, lost.range().firstFrame(), users, revoking);
      if (users.isEmpty()) {
        revoking.redirect(lost, EndState.POISONED, false);
      } else {
        revoking.supersede(lost);
        List<Long> awaited = together(users, lost.awaited());
        revoking.revoke(owner, lost.range(), -1, awaited, false, EndState.POISONED);
      }
      from = lost.range().endFrame();
    }
    poisonLetGo(owner, from, part.endFrame(), users, revoking);
  }

  /** Of lent pages that their owner has let go of already. */
  private static void poisonLetGo(
      int owner, long from, long to, List<Long> users, Revoking revoking) {
    if (from < to) {
      PageRange range = PageRange.between(from, to);
      List<Long> awaited = together(users, Collections.emptyList());
      revoking.revoke(owner, range, -1, awaited, false, EndState.POISONED);
    }
  }

  private static List<Long> together(List<Long> some, List<Long> others) {
    TreeSet<Long> all = new TreeSet<>(some);
    all.addAll(others);
    return List.copyOf(all);
  }
}
