package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/**
 * Gathers the facts of one operation that starts, furthers or ends revocations. Nothing is written
 * yet, so it keeps in mind what the facts gathered so far will have changed: numbers issued, and
 * pages that zombies have given back.
 */
final class Revoking {
  private final State state;
  private final List<Event> events = new ArrayList<>();
  private final Map<Integer, Long> returned = new TreeMap<>();
  private long nextRevocation;

  Revoking(State state) {
    this.state = state;
    this.nextRevocation = state.next(Counter.REVOCATION);
  }

  void add(Event event) {
    events.add(event);
  }

  /** Says where the piece of a revoked range ends up, given its first frame and its rights. */
  @FunctionalInterface
  interface EndOf {
    EndState end(long firstFrame, Rights rights);
  }

  /**
   * Takes pages from their owner, one fact for each run that lies together in host and guest
   * memory.
   */
  void revokeOwned(int partition, PageRange range, boolean scrub, EndOf end) {
    List<Long> awaited = monitorOf(partition);
    state.memory.forEachMappingOf(
        partition,
        range,
        (guestFrame, hostFrame, count, rights) ->
            revoke(
                partition,
                new PageRange(hostFrame, count),
                guestFrame,
                awaited,
                scrub,
                end.end(hostFrame, rights)));
  }

  /** Starts one revocation; it is over at once if nothing is awaited. */
  void revoke(
      int partition,
      PageRange range,
      long guestFrame,
      List<Long> awaited,
      boolean scrub,
      EndState end) {
    long revocation = nextRevocation++;
    events.add(
        new Event.PagesRevoked(revocation, partition, range, guestFrame, awaited, scrub, end));
    if (awaited.isEmpty() && !scrub) {
      complete(revocation, partition, range, end);
    }
  }

  /** The incarnations that may still use a partition's pages. */
  List<Long> monitorOf(int partition) {
    MonitorInfo monitor = state.monitors.get(partition);
    return monitor == null ? List.of() : List.of(monitor.incarnation());
  }

  /** A monitor no longer uses a revocation's pages. */
  void acknowledge(RevocationInfo revocation, long incarnation, boolean fenced) {
    events.add(new Event.RevocationAcknowledged(revocation.revocation(), incarnation, fenced));
    completeIfDone(revocation.withoutAwaited(incarnation));
  }

  void scrubbed(RevocationInfo revocation, long hostIncarnation) {
    events.add(new Event.RevocationScrubbed(revocation.revocation(), hostIncarnation));
    completeIfDone(revocation.withEnd(revocation.end(), false));
  }

  /** Sends a pending revocation another way. */
  void redirect(RevocationInfo revocation, EndState end, boolean scrub) {
    events.add(new Event.RevocationRedirected(revocation.revocation(), end, scrub));
    completeIfDone(revocation.withEnd(end, scrub));
  }

  /** Cuts the part of a revocation that lies in the range out of it, and returns that part. */
  RevocationInfo cutOut(RevocationInfo whole, PageRange range) {
    RevocationInfo part = whole;
    if (part.range().firstFrame() < range.firstFrame()) {
      part = splitAt(part, range.firstFrame()).tail();
    }
    if (part.range().endFrame() > range.endFrame()) {
      part = splitAt(part, range.endFrame()).head();
    }
    return part;
  }

  private record Split(RevocationInfo head, RevocationInfo tail) {}

  private Split splitAt(RevocationInfo whole, long at) {
    long tail = nextRevocation++;
    events.add(new Event.RevocationSplit(whole.revocation(), at, tail));
    PageRange range = whole.range();
    return new Split(
        whole.withRange(whole.revocation(), PageRange.between(range.firstFrame(), at)),
        whole.withRange(tail, PageRange.between(at, range.endFrame())));
  }

  private void completeIfDone(RevocationInfo revocation) {
    if (revocation.complete()) {
      complete(
          revocation.revocation(), revocation.partition(), revocation.range(), revocation.end());
    }
  }

  private void complete(long revocation, int partition, PageRange range, EndState end) {
    events.add(new Event.RevocationCompleted(revocation, end));
    if (partition != 0) {
      returned.merge(partition, range.frameCount(), Long::sum);
    }
  }

  /** All the facts; zombies that have given the last page back are gone at the end. */
  Decision decision() {
    returned.forEach(
        (partition, pages) -> {
          if (state.partitions.require(partition).isZombie()
              && state.memory.owner().frames(Descriptors.partition(partition)) == pages) {
            events.add(new Event.PartitionStateChanged(partition, PartitionState.DESTROYED));
          }
        });
    return Decision.accepted(events);
  }
}
