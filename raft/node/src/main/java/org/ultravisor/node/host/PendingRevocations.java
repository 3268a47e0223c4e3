package org.ultravisor.node.host;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.mapping.PageRange;

/**
 * The revocations that are not completed, kept up to date event by event so that a change costs by
 * what changes and not by how many wait. Two indexes say what can go on: which are due to be
 * scrubbed, and which wait for which monitor. One thread.
 *
 * <p>Always: a revocation is in {@code due} exactly if it is this host's and {@link
 * RevocationInfo#scrubDue}, and in {@code waiting} of exactly the monitors that it awaits.
 */
final class PendingRevocations {
  private static final int WINDOW_BITS = 40;

  private final int window;
  private final Map<Long, RevocationInfo> pending = new HashMap<>();
  private final NavigableSet<Long> due = new TreeSet<>();
  private final Map<Long, NavigableSet<Waiting>> waiting = new TreeMap<>();

  /** Ordered by when access was lost: the tail of one that was split keeps its sequence. */
  private record Waiting(long revokedAt, long revocation) implements Comparable<Waiting> {
    private static final Comparator<Waiting> ORDER =
        Comparator.comparingLong(Waiting::revokedAt).thenComparingLong(Waiting::revocation);

    static Waiting of(RevocationInfo revocation) {
      return new Waiting(revocation.revokedAt(), revocation.revocation());
    }

    @Override
    public int compareTo(Waiting other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * Of all hosts; but only what lies in one host's window becomes due here.
   *
   * @param window the host's window of frame numbers
   */
  PendingRevocations(int window) {
    this.window = window;
  }

  /** Starts anew with these. */
  void reset(List<RevocationInfo> revocations) {
    pending.clear();
    due.clear();
    waiting.clear();
    revocations.forEach(this::add);
  }

  /** The revocation, or null if it is not pending. */
  @Nullable RevocationInfo get(long revocation) {
    return pending.get(revocation);
  }

  int size() {
    return pending.size();
  }

  /** The oldest ones that the host agent may zero now, at most so many. */
  List<RevocationInfo> due(int most) {
    List<RevocationInfo> oldest = new ArrayList<>();
    for (long revocation : due) {
      if (oldest.size() == most) {
        break;
      }
      oldest.add(require(revocation));
    }
    return oldest;
  }

  int dueCount() {
    return due.size();
  }

  /** Monitor incarnation → the lowest sequence whose acknowledgement by it is awaited. */
  Map<Long, Long> awaited() {
    Map<Long, Long> lowest = new TreeMap<>();
    waiting.forEach((monitor, set) -> lowest.put(monitor, set.first().revokedAt()));
    return lowest;
  }

  /** Whether an event changes what is pending. */
  static boolean concerns(Event event) {
    return switch (event) {
      case Event.PagesRevoked e -> true;
      case Event.RevocationAcknowledged e -> true;
      case Event.RevocationScrubbed e -> true;
      case Event.RevocationSplit e -> true;
      case Event.RevocationRedirected e -> true;
      case Event.RevocationCompleted e -> true;
      case Event.RevocationSuperseded e -> true;
      default -> false;
    };
  }

  /**
   * Follows an event of the leaf with this sequence.
   *
   * @return the revocation as it was, if the event completed it
   */
  @Nullable RevocationInfo apply(long sequence, Event event) {
    switch (event) {
      case Event.PagesRevoked e ->
          add(
              new RevocationInfo(
                  e.revocation(),
                  e.partition(),
                  e.range(),
                  e.guestFrame(),
                  sequence,
                  e.awaited(),
                  e.scrub(),
                  e.end()));
      case Event.RevocationAcknowledged e ->
          add(remove(e.revocation()).withoutAwaited(e.monitorIncarnation()));
      case Event.RevocationScrubbed e -> {
        RevocationInfo old = remove(e.revocation());
        add(old.withEnd(old.end(), false));
      }
      case Event.RevocationSplit e -> {
        RevocationInfo whole = remove(e.revocation());
        PageRange range = whole.range();
        add(whole.withRange(e.revocation(), PageRange.between(range.firstFrame(), e.at())));
        add(whole.withRange(e.tail(), PageRange.between(e.at(), range.endFrame())));
      }
      case Event.RevocationRedirected e -> add(remove(e.revocation()).withEnd(e.end(), e.scrub()));
      case Event.RevocationCompleted e -> {
        return remove(e.revocation());
      }
      case Event.RevocationSuperseded e -> remove(e.revocation());
      default -> {}
    }
    return null;
  }

  private void add(RevocationInfo revocation) {
    pending.put(revocation.revocation(), revocation);
    if (revocation.scrubDue() && revocation.range().firstFrame() >>> WINDOW_BITS == window) {
      due.add(revocation.revocation());
    }
    for (long monitor : revocation.awaited()) {
      waiting.computeIfAbsent(monitor, m -> new TreeSet<>()).add(Waiting.of(revocation));
    }
  }

  private RevocationInfo remove(long revocation) {
    RevocationInfo old = require(revocation);
    pending.remove(revocation);
    due.remove(revocation);
    for (long monitor : old.awaited()) {
      waiting.computeIfPresent(
          monitor,
          (m, set) -> {
            set.remove(Waiting.of(old));
            return set.isEmpty() ? null : set;
          });
    }
    return old;
  }

  private RevocationInfo require(long revocation) {
    RevocationInfo info = pending.get(revocation);
    if (info == null) {
      throw new IllegalStateException(
          "revocation " + revocation + " is not pending here, but an event names it");
    }
    return info;
  }
}
