package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.table.LongMap;
import org.ultravisor.mapping.PageRange;

/** Reservations by name, by partition, by the pages that they hold and by their deadlines. */
final class ReservationIndex {
  final Map<String, Long> byName = new HashMap<>();
  final Map<Integer, NavigableSet<Long>> byPartition = new HashMap<>();

  /** By first frame; disjoint. */
  final LongMap<HeldRange> byFrame = new LongMap<>();

  final NavigableSet<Deadline> byDeadline = new TreeSet<>();

  /** The earlier first, of equal ones the older reservation. */
  record Deadline(long time, long reservation) implements Comparable<Deadline> {
    private static final Comparator<Deadline> ORDER =
        Comparator.comparingLong(Deadline::time).thenComparingLong(Deadline::reservation);

    @Override
    public int compareTo(Deadline other) {
      return ORDER.compare(this, other);
    }
  }

  void changed(@Nullable ReservationInfo old, @Nullable ReservationInfo now) {
    if (old != null) {
      forget(old);
    }
    if (now != null) {
      remember(now);
    }
  }

  private void remember(ReservationInfo now) {
    byName.put(now.name(), now.reservation());
    byPartition.computeIfAbsent(now.partition(), any -> new TreeSet<>()).add(now.reservation());
    byDeadline.add(new Deadline(now.deadline(), now.reservation()));
    for (PageRange range : now.ranges()) {
      byFrame.put(range.firstFrame(), new HeldRange(range, now.reservation()));
    }
  }

  private void forget(ReservationInfo old) {
    byName.remove(old.name());
    NavigableSet<Long> others = byPartition.get(old.partition());
    if (others != null && others.remove(old.reservation()) && others.isEmpty()) {
      byPartition.remove(old.partition());
    }
    byDeadline.remove(new Deadline(old.deadline(), old.reservation()));
    for (PageRange range : old.ranges()) {
      byFrame.remove(range.firstFrame());
    }
  }

  /** Pages of the range that are held, the last by address. */
  @Nullable HeldRange heldIn(PageRange range) {
    if (byName.isEmpty()) {
      return null;
    }
    long first = byFrame.floorKey(range.endFrame() - 1);
    HeldRange last = first < 0 ? null : byFrame.get(first);
    return last != null && last.range().overlaps(range) ? last : null;
  }

  /** All held pages that overlap the range, by address. */
  List<HeldRange> allIn(PageRange range) {
    List<HeldRange> found = new ArrayList<>();
    HeldRange last = heldIn(range);
    while (last != null) {
      found.add(last);
      long before = last.range().firstFrame();
      last =
          before <= range.firstFrame()
              ? null
              : heldIn(PageRange.between(range.firstFrame(), before));
    }
    return found.reversed();
  }

  /** The reservations of a partition, oldest first. */
  List<Long> of(int partition) {
    NavigableSet<Long> found = byPartition.get(partition);
    return found == null ? List.of() : List.copyOf(found);
  }

  OptionalLong nextDeadline() {
    return byDeadline.isEmpty() ? OptionalLong.empty() : OptionalLong.of(byDeadline.first().time());
  }

  boolean agreesWith(ReservationIndex other) {
    return byName.equals(other.byName)
        && byPartition.equals(other.byPartition)
        && byDeadline.equals(other.byDeadline)
        && Indexes.same(byFrame, other.byFrame);
  }
}
