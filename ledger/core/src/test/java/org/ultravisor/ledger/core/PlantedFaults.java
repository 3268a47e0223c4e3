package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Defects by name, each where {@code decide} or {@code apply} could have it. */
final class PlantedFaults {
  private PlantedFaults() {}

  /** Rewrites facts; null where it finds nothing to spoil. */
  @FunctionalInterface
  interface Spoiler extends BiFunction<List<Event>, State, @Nullable List<Event>> {}

  /** A ledger whose decisions are spoilt, wherever they can be. */
  record Spoilt(Spoiler spoiler) implements ModelFault {
    @Override
    public @Nullable Leaf decided(Leaf honest, Ledger ledger) {
      if (!(honest.outcome() instanceof Outcome.Committed(long sequence, List<Event> events))) {
        return null;
      }
      List<Event> spoilt = spoiler.apply(events, ledger.state());
      return spoilt == null
          ? null
          : new Leaf(
              honest.sequence(),
              honest.ledgerTime(),
              honest.submission(),
              new Outcome.Committed(sequence, spoilt));
    }
  }

  /** Replaces, or with an empty list drops, the facts of one kind that the function changes. */
  static <E extends Event> ModelFault each(
      Class<E> kind, Function<E, @Nullable List<Event>> change) {
    return new Spoilt(
        (events, state) -> {
          List<Event> spoilt = new ArrayList<>();
          boolean changed = false;
          for (Event event : events) {
            List<Event> instead = kind.isInstance(event) ? change.apply(kind.cast(event)) : null;
            changed |= instead != null;
            spoilt.addAll(instead == null ? List.of(event) : instead);
          }
          return changed ? spoilt : null;
        });
  }

  static <E extends Event> ModelFault lost(Class<E> kind) {
    return each(kind, event -> List.of());
  }

  /** Writes into the tables of all replicas wherever a fact of this kind was applied. */
  static <E extends Event> ModelFault written(
      Class<E> kind, BiFunction<E, State, @Nullable Runnable> write) {
    return new ModelFault() {
      @Override
      public void applied(Leaf leaf, State state) {
        if (leaf.outcome() instanceof Outcome.Committed committed) {
          for (Event event : committed.events()) {
            Runnable wrong = kind.isInstance(event) ? write.apply(kind.cast(event), state) : null;
            if (wrong != null) {
              wrong.run();
            }
          }
        }
      }
    };
  }

  static Event.PagesRevoked revoked(
      Event.PagesRevoked e, long guest, List<Long> awaited, boolean scrub, EndState end) {
    return new Event.PagesRevoked(
        e.revocation(), e.partition(), e.range(), guest, awaited, scrub, end);
  }

  static Map<String, ModelFault> all() {
    Map<String, ModelFault> all = new LinkedHashMap<>();
    PlantedPageFaults.put(all);
    PlantedRevocationFaults.put(all);
    PlantedLoanFaults.put(all);
    PlantedOtherFaults.put(all);
    return all;
  }
}
