package org.ultravisor.raft.replica;

import java.time.Duration;

/**
 * How long a follower waits for its leader before it stands for election: a random time in this
 * range. Short ones elect sooner after a failure but elect needlessly where processors are starved.
 */
public record ElectionTimeouts(Duration least, Duration most) {
  /** For processors of their own. */
  public static final ElectionTimeouts DEDICATED = ofMillis(150, 300);

  /** For a machine shared with other work. */
  public static final ElectionTimeouts SHARED = ofMillis(500, 1000);

  /** For busy test machines. */
  public static final ElectionTimeouts PATIENT = ofMillis(1500, 3000);

  public ElectionTimeouts {
    if (least.toMillis() < 50 || least.compareTo(most) >= 0) {
      throw new IllegalArgumentException(
          "election timeouts must be 50 ms <= least < most: %d ms, %d ms"
              .formatted(least.toMillis(), most.toMillis()));
    }
  }

  public static ElectionTimeouts ofMillis(long least, long most) {
    return new ElectionTimeouts(Duration.ofMillis(least), Duration.ofMillis(most));
  }
}
