package org.ultravisor.ledger.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** Defects in giving pages and counting them. */
final class PlantedPageFaults {
  private PlantedPageFaults() {}

  static void put(Map<String, ModelFault> all) {
    all.put(
        "double assignment",
        new PlantedFaults.Spoilt((events, state) -> oneMore(events, state, true)));
    all.put(
        "a page too many",
        new PlantedFaults.Spoilt((events, state) -> oneMore(events, state, false)));
    all.put(
        "stale free map: not the first free block",
        new PlantedFaults.Spoilt(PlantedPageFaults::otherBlock));
    all.put(
        "merge of unequal slots",
        PlantedFaults.written(
            Event.PagesAssigned.class,
            (e, state) -> {
              long beside = e.range().firstFrame() - 1;
              int descriptor = beside < 0 ? 0 : state.memory.owner().descriptorAt(beside);
              return Descriptors.isPartition(descriptor)
                      && descriptor != Descriptors.partition(e.partition())
                  ? () -> state.memory.assign(new PageRange(beside + 1, 1), descriptor)
                  : null;
            }));
    all.put(
        "wrong rights in the map",
        PlantedFaults.each(
            Event.PagesAssigned.class,
            e ->
                e.rights().equals(Rights.READ)
                    ? List.of(
                        new Event.PagesAssigned(
                            e.partition(), e.range(), e.guestFrame(), Rights.READ_WRITE))
                    : null));
    all.put(
        "wrong limit",
        PlantedFaults.each(
            Event.LimitsSet.class,
            e ->
                e.limits().pages() == Long.MAX_VALUE
                    ? null
                    : List.of(
                        new Event.LimitsSet(
                            e.partition(),
                            new Limits(e.limits().pages() + 1, e.limits().processors())))));
  }

  /** Assigns the page behind the range too, which somebody has or nobody. */
  private static @Nullable List<Event> oneMore(List<Event> events, State state, boolean taken) {
    if (events.size() != 1 || !(events.getFirst() instanceof Event.PagesAssigned e)) {
      return null;
    }
    long behind = e.range().endFrame();
    int descriptor =
        behind % NaiveMemory.WINDOW == 0 ? 0 : state.memory.owner().descriptorAt(behind);
    boolean unfit =
        taken ? !Descriptors.isPartition(descriptor) : !Descriptors.isAvailable(descriptor);
    return unfit
        ? null
        : List.of(
            new Event.PagesAssigned(
                e.partition(),
                PageRange.between(e.range().firstFrame(), behind + 1),
                e.guestFrame(),
                e.rights()));
  }

  private static @Nullable List<Event> otherBlock(List<Event> events, State state) {
    if (events.size() != 1 || !(events.getFirst() instanceof Event.PagesAssigned e)) {
      return null;
    }
    PageRange moved = new PageRange(e.range().firstFrame() + 1, e.range().frameCount());
    int descriptor = state.memory.owner().descriptorAt(moved.firstFrame());
    return Descriptors.isAvailable(descriptor) && state.memory.owner().isWhole(moved, descriptor)
        ? List.of(new Event.PagesAssigned(e.partition(), moved, e.guestFrame(), e.rights()))
        : null;
  }
}
