package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ultravisor.mapping.PageRange;

/**
 * What must hold of revocations: pages that are being revoked are their loser's, in no map unless
 * only rights were lost, and await something.
 */
final class RevocationChecks {
  private final State state;

  /** The attached monitors by incarnation. */
  private final Map<Long, MonitorInfo> attached = new HashMap<>();

  RevocationChecks(State state) {
    this.state = state;
    state.monitors.rows().forEach((partition, each) -> attached.put(each.incarnation(), each));
  }

  void run() {
    List<RevocationInfo> pending = new ArrayList<>();
    state
        .revocations
        .rows()
        .forEach(
            (number, revocation) -> {
              checkAwaited(revocation);
              if (!revocation.isReturn()) {
                pending.add(revocation);
              }
            });
    pending.sort(Comparator.comparing(RevocationInfo::range));
    long end = 0;
    for (RevocationInfo revocation : pending) {
      PageRange range = revocation.range();
      long number = revocation.revocation();
      Invariant.check(range.firstFrame() >= end, "revocation %d overlaps another", number);
      end = range.endFrame();
      Invariant.check(
          !revocation.complete(), "revocation %d awaits nothing and is still pending", number);
      int descriptor =
          revocation.partition() == 0
              ? Descriptors.RESERVED
              : Descriptors.partition(revocation.partition());
      Invariant.check(
          state.memory.owner().isWhole(range, descriptor),
          "pages of revocation %d do not have descriptor %d",
          number,
          descriptor);
      checkUnseen(revocation);
      checkEnd(revocation);
    }
    int reserved = Descriptors.RESERVED;
    long waiting =
        pending.stream()
            .filter(revocation -> revocation.partition() == 0)
            .mapToLong(revocation -> revocation.range().frameCount())
            .sum();
    Invariant.check(
        state.memory.owner().frames(reserved) == waiting,
        "%d pages are reserved but %d wait for their first scrub",
        state.memory.owner().frames(reserved),
        waiting);
  }

  /** Who only loses rights still sees the pages, with what is left of them. */
  private void checkUnseen(RevocationInfo revocation) {
    long[] seen = {0};
    state.memory.forEachMappingOf(
        revocation.partition(),
        revocation.range(),
        (guest, host, count, rights) -> {
          Invariant.check(
              revocation.end() instanceof EndState.Protected end && end.rights().equals(rights),
              "frame %d is mapped but part of revocation %d",
              host,
              revocation.revocation());
          seen[0] += count;
        });
    Invariant.check(
        !(revocation.end() instanceof EndState.Protected)
            || seen[0] == revocation.range().frameCount(),
        "pages of revocation %d are not seen, but only rights were lost",
        revocation.revocation());
  }

  private void checkEnd(RevocationInfo revocation) {
    if (revocation.end() instanceof EndState.Owned end) {
      PartitionDescriptor receiver = state.partitions.get(end.partition());
      Invariant.check(
          receiver != null && !receiver.isZombie(),
          "revocation %d ends with partition %d, which is gone",
          revocation.revocation(),
          end.partition());
      Invariant.check(
          state.memory.isFree(end.partition(), end.guestFrame(), revocation.range().frameCount()),
          "revocation %d will arrive at guest frame %d, where partition %d sees others",
          revocation.revocation(),
          end.guestFrame(),
          end.partition());
    }
  }

  private void checkAwaited(RevocationInfo revocation) {
    for (long awaited : revocation.awaited()) {
      MonitorInfo monitor = attached.get(awaited);
      Invariant.check(
          monitor != null,
          "revocation %d awaits incarnation %d, which is not attached",
          revocation.revocation(),
          awaited);
      Invariant.check(
          monitor == null || monitor.acknowledged() < revocation.revokedAt(),
          "revocation %d awaits incarnation %d, which has acknowledged it",
          revocation.revocation(),
          awaited);
    }
  }
}
