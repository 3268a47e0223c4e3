package org.ultravisor.ledger.core;

import java.util.List;
import java.util.Map;
import org.ultravisor.mapping.Rights;

/** Defects in taking pages back. */
final class PlantedRevocationFaults {
  private PlantedRevocationFaults() {}

  static void put(Map<String, ModelFault> all) {
    all.put("lost release", PlantedFaults.lost(Event.RevocationCompleted.class));
    all.put(
        "skipped acknowledgement",
        PlantedFaults.each(
            Event.PagesRevoked.class,
            e ->
                e.awaited().isEmpty() || !e.scrub()
                    ? null
                    : List.of(PlantedFaults.revoked(e, e.guestFrame(), List.of(), true, e.end()))));
    all.put(
        "reuse before the scrub",
        PlantedFaults.each(
            Event.PagesRevoked.class,
            e ->
                e.awaited().isEmpty() && e.scrub()
                    ? List.of(
                        PlantedFaults.revoked(e, e.guestFrame(), List.of(), false, e.end()),
                        new Event.RevocationCompleted(e.revocation(), e.end()))
                    : null));
    all.put(
        "released pages stay in the map",
        PlantedFaults.each(
            Event.PagesRevoked.class,
            e ->
                e.end() instanceof EndState.Available && e.guestFrame() >= 0
                    ? List.of(PlantedFaults.revoked(e, -1, e.awaited(), e.scrub(), e.end()))
                    : null));
    all.put(
        "donation arrives at another guest frame",
        PlantedFaults.each(
            Event.PagesRevoked.class,
            e ->
                e.end() instanceof EndState.Owned(int to, long guest, Rights rights)
                        && !e.awaited().isEmpty()
                        && guest > 0
                    ? List.of(
                        PlantedFaults.revoked(
                            e,
                            e.guestFrame(),
                            e.awaited(),
                            e.scrub(),
                            new EndState.Owned(to, guest - 1, rights)))
                    : null));
    all.put(
        "broken pages are available again",
        PlantedFaults.each(
            Event.RevocationRedirected.class,
            e ->
                e.end() instanceof EndState.Poisoned
                    ? List.of(
                        new Event.RevocationRedirected(e.revocation(), EndState.AVAILABLE, true))
                    : null));
    all.put(
        "a fence forgets what it settles",
        new PlantedFaults.Spoilt(
            (events, state) ->
                events.size() > 1 && events.getFirst() instanceof Event.MonitorFenced
                    ? List.of(events.getFirst())
                    : null));
    all.put(
        "wrong guest frame after a split",
        PlantedFaults.written(
            Event.RevocationSplit.class,
            (e, state) -> {
              RevocationInfo tail = state.revocations.get(e.tail());
              return tail != null
                      && tail.end() instanceof EndState.Owned(int to, long guest, Rights rights)
                  ? () ->
                      state.revocations.put(
                          e.tail(),
                          tail.withEnd(new EndState.Owned(to, guest + 1, rights), tail.scrub()))
                  : null;
            }));
  }
}
