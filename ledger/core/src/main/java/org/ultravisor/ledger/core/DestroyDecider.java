package org.ultravisor.ledger.core;

import static org.ultravisor.ledger.core.Decision.rejected;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.ultravisor.mapping.PageRange;

/**
 * Decides on the end of a partition. Everything goes back, what is only reserved at once. Pages
 * take their time, so with any it is a ZOMBIE first; a donation on its way to it ends as free pages
 * instead, and those are scrubbed whatever the giver asked. What it borrows is taken back. What it
 * lends stays lent as long as a borrower has it, and goes back then; its channels are closed.
 */
final class DestroyDecider {
  private final State state;

  DestroyDecider(State state) {
    this.state = state;
  }

  Decision destroy(Operation.DestroyPartition op) {
    PartitionDescriptor partition = state.partition(op.partition());
    if (partition == null) {
      return rejected(Refusal.PARTITION_NOT_FOUND, op.partition());
    }
    return switch (partition.state()) {
      case CREATED, STOPPED -> release(partition.id());
      default ->
          rejected(
              Refusal.PARTITION_STATE,
              "'%s' is %s; only a CREATED or STOPPED one is destroyed"
                  .formatted(partition.name(), partition.state()));
    };
  }

  private Decision release(int id) {
    Revoking revoking = new Revoking(state);
    boolean holds = holdsPages(id, revoking);
    if (holds) {
      revoking.bury(id);
    }
    state.indexes.reservations.of(id).stream()
        .map(Event.ReservationVoided::new)
        .forEach(revoking::add);
    leaveServices(id, revoking);
    releaseProcessors(id, revoking);
    releaseDevices(id, revoking);
    NavigableMap<Long, RevocationInfo> arriving =
        state.indexes.incoming.getOrDefault(id, new TreeMap<>());
    arriving.values().forEach(donation -> revoking.redirect(donation, EndState.AVAILABLE, true));
    supersedeProtections(id, revoking);
    for (long channel : state.indexes.channels.of(id)) {
      revoking.close(state.channels.require(channel));
    }
    for (long number : state.indexes.loans.of(id)) {
      LoanInfo loan = state.loans.require(number);
      if (loan.partition() == id) {
        leaveBehind(loan, revoking);
      } else {
        giveBack(loan, id, revoking);
      }
    }
    releasePages(id, revoking);
    if (!holds) {
      revoking.add(new Event.PartitionStateChanged(id, PartitionState.DESTROYED));
    }
    return revoking.decision();
  }

  /** Whether it owns or borrows a page, or may still be awaited for one that broke. */
  private boolean holdsPages(int id, Revoking revoking) {
    long owned = state.memory.owner().frames(Descriptors.partition(id));
    PartitionUse use = state.indexes.useOf(id);
    return owned > use.reserved()
        || use.loans().held() + use.loans().returning() > 0
        || revoking.monitorOf(id).stream().anyMatch(state.indexes.revocationsAwaiting::containsKey);
  }

  /** All that the partition sees is revoked anew, so that awaits what reduced rights awaited. */
  private void supersedeProtections(int id, Revoking revoking) {
    NavigableMap<Long, RevocationInfo> pending = new TreeMap<>();
    state.memory.forEachMapping(
        id,
        (guestFrame, hostFrame, count, rights) ->
            state
                .indexes
                .revocationsIn(new PageRange(hostFrame, count))
                .forEach(
                    each -> {
                      if (each.partition() == id && each.end() instanceof EndState.Protected) {
                        pending.put(each.revocation(), each);
                      }
                    }));
    pending.values().forEach(revoking::supersede);
  }

  /** A borrower is gone. What channels carry is on its way back with them. */
  private static void giveBack(LoanInfo loan, int id, Revoking revoking) {
    if (loan.channel() != 0) {
      return;
    }
    for (LoanBorrower borrower : loan.borrowers()) {
      if (borrower.partition() == id && borrower.isOffered()) {
        revoking.withdraw(loan, borrower);
      } else if (borrower.partition() == id && borrower.isHeld()) {
        revoking.takeBack(loan, borrower, false);
      }
    }
  }

  /** An owner is gone: nobody new retrieves the pages, and who has them keeps them. */
  private void leaveBehind(LoanInfo loan, Revoking revoking) {
    for (LoanBorrower borrower : loan.borrowers()) {
      if (borrower.isOffered()) {
        revoking.withdraw(loan, borrower);
      }
    }
    if (loan.isInUse()) {
      if (!loan.isLent()) {
        revoking.add(new Event.LoanOrphaned(loan.loan()));
        revoking.revokeOwned(
            loan.partition(), loan.range(), false, (first, rights) -> EndState.LENT);
      }
    } else {
      revoking.end(loan);
      if (loan.isLent()) {
        releaseLent(loan, revoking);
      }
    }
  }

  private void releaseLent(LoanInfo loan, Revoking revoking) {
    long from = loan.range().firstFrame();
    for (RevocationInfo pending : state.indexes.revocationsIn(loan.range())) {
      releaseLetGo(loan, from, pending.range().firstFrame(), revoking);
      revoking.redirect(pending, EndState.AVAILABLE, true);
      from = pending.range().endFrame();
    }
    releaseLetGo(loan, from, loan.range().endFrame(), revoking);
  }

  private static void releaseLetGo(LoanInfo loan, long from, long to, Revoking revoking) {
    if (from < to) {
      PageRange range = PageRange.between(from, to);
      revoking.revoke(loan.partition(), range, -1, List.of(), true, EndState.AVAILABLE);
    }
  }

  /** All pages that it sees but those of loans that stay, or that are others'. */
  private void releasePages(int id, Revoking revoking) {
    List<Long> monitor = revoking.monitorOf(id);
    state.memory.forEachMapping(
        id,
        (guestFrame, hostFrame, count, rights) -> {
          PageRange run = new PageRange(hostFrame, count);
          long from = hostFrame;
          for (LoanInfo loan : state.indexes.loans.allIn(run)) {
            if (loan.partition() == id && !loan.isInUse()) {
              continue;
            }
            PageRange kept = Memory.common(loan.range(), run);
            release(id, run, guestFrame, from, kept.firstFrame(), monitor, revoking);
            from = kept.endFrame();
          }
          release(id, run, guestFrame, from, run.endFrame(), monitor, revoking);
        });
  }

  /** Part of a run, a fact for each host's window. */
  private static void release(
      int id,
      PageRange run,
      long guestFrame,
      long from,
      long to,
      List<Long> monitor,
      Revoking revoking) {
    long at = from;
    while (at < to) {
      long end = Math.min(to, PageChecks.windowEnd(at));
      long guest = guestFrame + at - run.firstFrame();
      revoking.revoke(id, PageRange.between(at, end), guest, monitor, true, EndState.AVAILABLE);
      at = end;
    }
  }

  private void releaseProcessors(int partition, Revoking revoking) {
    for (long number : state.indexes.holdings.processorsOf(partition)) {
      if (state.processors.require(number).isAssignedTo(partition)) {
        revoking.add(new Event.ProcessorReleased(partition, (int) number));
      }
    }
  }

  private void releaseDevices(int partition, Revoking revoking) {
    List<String> addresses = new ArrayList<>();
    for (long number : state.indexes.holdings.devicesOf(partition)) {
      DeviceInfo device = state.devices.require(number);
      if (device.isAssignedTo(partition)) {
        addresses.add(device.address());
      }
    }
    if (!addresses.isEmpty()) {
      revoking.add(new Event.DevicesReleased(partition, addresses));
    }
  }

  /** It is promised nothing any more, and serves nobody. */
  private void leaveServices(int id, Revoking revoking) {
    for (long service : state.indexes.services.promisedBy(id)) {
      revoking.add(new Event.ServiceWithdrawn(id, service));
    }
    for (long number : state.indexes.services.servedBy(id)) {
      ServiceInfo left = state.services.require(number).without(id);
      revoking.add(new Event.ServicePut(number, left.name(), left.deviceClass(), left.servers()));
    }
  }
}
