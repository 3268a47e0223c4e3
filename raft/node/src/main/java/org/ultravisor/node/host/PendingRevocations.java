package org.ultravisor.node.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.EndState;
import org.ultravisor.ledger.core.Event;
import org.ultravisor.ledger.core.RevocationInfo;
import org.ultravisor.mapping.PageRange;

/**
 * The revocations that are not completed, kept up to date event by event so that a change costs by
 * what changes and not by how many wait. Two indexes say what can go on: which are due to be
 * scrubbed, and which wait for which monitor. One thread.
 *
 * <p>Always: a revocation is in {@code due} exactly if {@link RevocationInfo#scrubDue}, and in
 * {@code waiting} of exactly the monitors that it awaits.
 */
final class PendingRevocations {
  private final Map<Long, RevocationInfo> pending = new HashMap<>();
  private final NavigableSet<Long> due = new TreeSet<>();
  private final Map<Long, NavigableSet<Long>> waiting = new TreeMap<>();

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
    // Of those that wait for one monitor, the one with the lowest number was revoked first: a split
    // gives its tail a higher number, but then the head waits for the same monitors.
    waiting.forEach((monitor, set) -> lowest.put(monitor, require(set.first()).revokedAt()));
    return lowest;
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
                  sequence,
                  e.awaited(),
                  e.scrub(),
                  e.end()));
      case Event.RevocationAcknowledged e -> {
        RevocationInfo old = remove(e.revocation());
        List<Long> awaited = new ArrayList<>(old.awaited());
        awaited.remove(e.monitorIncarnation());
        add(with(old, old.range(), awaited, old.scrub(), old.end(), old.revocation()));
      }
      case Event.RevocationScrubbed e -> {
        RevocationInfo old = remove(e.revocation());
        add(with(old, old.range(), old.awaited(), false, old.end(), old.revocation()));
      }
      case Event.RevocationSplit e -> split(e);
      case Event.RevocationRedirected e -> {
        RevocationInfo old = remove(e.revocation());
        add(with(old, old.range(), old.awaited(), e.scrub(), e.end(), old.revocation()));
      }
      case Event.RevocationCompleted e -> {
        return remove(e.revocation());
      }
      default -> {}
    }
    return null;
  }

  private void split(Event.RevocationSplit e) {
    RevocationInfo old = remove(e.revocation());
    PageRange head = PageRange.between(old.range().firstFrame(), e.at());
    PageRange tail = PageRange.between(e.at(), old.range().endFrame());
    EndState tailEnd =
        old.end() instanceof EndState.Owned owned
            ? new EndState.Owned(
                owned.partition(), owned.guestFrame() + head.frameCount(), owned.rights())
            : old.end();
    add(with(old, head, old.awaited(), old.scrub(), old.end(), old.revocation()));
    add(with(old, tail, old.awaited(), old.scrub(), tailEnd, e.tail()));
  }

  private static RevocationInfo with(
      RevocationInfo old,
      PageRange range,
      List<Long> awaited,
      boolean scrub,
      EndState end,
      long number) {
    return new RevocationInfo(number, old.partition(), range, old.revokedAt(), awaited, scrub, end);
  }

  private void add(RevocationInfo revocation) {
    pending.put(revocation.revocation(), revocation);
    if (revocation.scrubDue()) {
      due.add(revocation.revocation());
    }
    for (long monitor : revocation.awaited()) {
      waiting.computeIfAbsent(monitor, m -> new TreeSet<>()).add(revocation.revocation());
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
            set.remove(revocation);
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
