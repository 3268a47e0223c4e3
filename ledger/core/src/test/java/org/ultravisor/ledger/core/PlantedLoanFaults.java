package org.ultravisor.ledger.core;

import java.util.List;
import java.util.Map;
import org.ultravisor.mapping.Rights;

/** Defects in lending and sharing. */
final class PlantedLoanFaults {
  private PlantedLoanFaults() {}

  static void put(Map<String, ModelFault> all) {
    all.put(
        "lent before the owner's monitor has let go",
        PlantedFaults.each(
            Event.PagesRevoked.class,
            e ->
                e.end() instanceof EndState.Lent && !e.awaited().isEmpty()
                    ? List.of(
                        PlantedFaults.revoked(e, e.guestFrame(), List.of(), false, e.end()),
                        new Event.RevocationCompleted(e.revocation(), e.end()))
                    : null));
    all.put(
        "a returned page stays in the borrower's map",
        PlantedFaults.each(
            Event.PagesRevoked.class,
            e ->
                e.isReturn()
                    ? List.of(PlantedFaults.revoked(e, -1, e.awaited(), e.scrub(), e.end()))
                    : null));
    all.put(
        "reclaimed while a borrower has it",
        PlantedFaults.each(
            Event.PagesRetrieved.class, e -> List.of(e, new Event.LoanReclaimed(e.loan()))));
    all.put("an offer outlives its borrower", PlantedFaults.lost(Event.BorrowerRemoved.class));
    all.put(
        "rights kept after protecting",
        PlantedFaults.each(
            Event.PagesRevoked.class,
            e ->
                e.end() instanceof EndState.Protected && !e.awaited().isEmpty()
                    ? List.of(
                        PlantedFaults.revoked(
                            e,
                            e.guestFrame(),
                            e.awaited(),
                            e.scrub(),
                            new EndState.Protected(Rights.ALL)))
                    : null));
    all.put(
        "a split loan loses a borrower",
        PlantedFaults.written(
            Event.LoanSplit.class,
            (e, state) -> {
              LoanInfo tail = state.loans.get(e.tail());
              return tail == null
                      || tail.borrowers().isEmpty()
                      || tail.borrowers().getFirst().isHeld()
                  ? null
                  : () ->
                      state.loans.put(
                          e.tail(), tail.without(tail.borrowers().getFirst().partition()));
            }));
    all.put(
        "a split loan is seen elsewhere",
        PlantedFaults.written(
            Event.LoanSplit.class,
            (e, state) -> {
              LoanInfo tail = state.loans.get(e.tail());
              LoanBorrower first =
                  tail == null || tail.borrowers().isEmpty() ? null : tail.borrowers().getFirst();
              return tail == null || first == null || !first.isHeld()
                  ? null
                  : () ->
                      state.loans.put(e.tail(), tail.with(first.heldAt(first.guestFrame() + 1)));
            }));
    all.put(
        "a channel does not follow its ends", PlantedFaults.lost(Event.ChannelStateChanged.class));
    all.put("a channel outlives its memory", PlantedFaults.lost(Event.ChannelClosed.class));
    all.put(
        "hash not kept for a loan",
        new ModelFault() {
          @Override
          public void appliedByDeciding(Leaf leaf, State state) {
            if (leaf.outcome() instanceof Outcome.Committed committed
                && committed.events().stream().anyMatch(Event.PagesLent.class::isInstance)) {
              state.sum.add(1, 0);
            }
          }
        });
  }
}
