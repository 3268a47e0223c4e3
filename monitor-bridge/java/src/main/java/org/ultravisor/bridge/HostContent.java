package org.ultravisor.bridge;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a host view says at one ledger sequence.
 *
 * @param nonce the attached host agent's; 0 if none
 * @param incarnation what the ledger issued to it
 * @param floor ledger sequence of its attachment
 * @param scrubs what waits for the host agent, by rising revocation number
 * @param monitors those that should be alive: attached and not fenced
 */
public record HostContent(
    long nonce, long incarnation, long floor, List<Scrub> scrubs, List<Monitor> monitors) {
  public static final HostContent EMPTY = new HostContent(0, 0, 0, List.of(), List.of());

  public HostContent {
    scrubs = List.copyOf(scrubs);
    monitors = List.copyOf(monitors);
    for (int i = 1; i < scrubs.size(); i++) {
      if (scrubs.get(i - 1).revocation() >= scrubs.get(i).revocation()) {
        throw new IllegalArgumentException(
            "scrubs must come by rising revocation: %d before %d"
                .formatted(scrubs.get(i - 1).revocation(), scrubs.get(i).revocation()));
      }
    }
  }

  /**
   * The scrubs that a version lists if it has room for {@code most}: those that can be done now
   * before those that cannot, so that a monitor that holds its pages does not hold up the others';
   * then the oldest. By rising revocation number.
   */
  List<Scrub> listed(int most) {
    if (scrubs.size() <= most) {
      return scrubs;
    }
    return Stream.concat(
            scrubs.stream().filter(Scrub::ready), scrubs.stream().filter(scrub -> !scrub.ready()))
        .limit(most)
        .sorted(Comparator.comparingLong(Scrub::revocation))
        .toList();
  }

  /**
   * Pages to be zeroed.
   *
   * @param firstFrame relative to the host's window
   * @param ready whether every monitor has let go, so that it may be done now
   */
  public record Scrub(long revocation, long firstFrame, long count, boolean ready) {
    public Scrub {
      if (revocation < 1 || firstFrame < 0 || count < 1 || count > (1L << 40) - firstFrame) {
        throw new IllegalArgumentException(
            "revocation %d of %d frames at %d is not within a window"
                .formatted(revocation, count, firstFrame));
      }
    }
  }

  /** A monitor that should hold its partition's lock. */
  public record Monitor(int partition, String name, long incarnation, long nonce) {
    public Monitor {
      HostDirectory.requireName("partition", name);
    }
  }
}
