package org.ultravisor.raft.replica;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.server.RaftServer.Division;

/**
 * Finds out that this replica was taken out of the cluster. The leader stops talking to a replica
 * before it hears that the change is final, and a listener would wait for ever; so a replica that
 * the newest configuration leaves out, and that nobody has talked to for a while, was removed.
 * While the change is not final, the leader still talks to it. One thread.
 */
final class MembershipWatch {
  private static final int TIMEOUTS = 5;

  private final Division division;
  private final String self;
  private final Supplier<Membership> membership;
  private final Duration silence;
  private boolean belonged;
  private long leftOutSince;

  MembershipWatch(Division division, Supplier<Membership> membership, ElectionTimeouts timeouts) {
    this.division = division;
    this.self = division.getId().toString();
    this.membership = membership;
    this.silence = timeouts.most().multipliedBy(TIMEOUTS);
  }

  /** Whether a configuration that this replica belonged to was replaced by one without it. */
  static boolean leftOut(String self, Membership now) {
    return now.find(self).isEmpty()
        && now.leaving().stream().anyMatch(peer -> peer.id().equals(self));
  }

  /** To be asked again and again. */
  boolean takenOut() {
    Membership now = membership.get();
    boolean member = now.find(self).isPresent();
    belonged |= now.logIndex() >= 0 && (member || leftOut(self, now));
    if (member || !belonged || heardMillis() < silence.toMillis()) {
      leftOutSince = 0;
      return false;
    }
    if (leftOutSince == 0) {
      leftOutSince = System.nanoTime();
    }
    return System.nanoTime() - leftOutSince >= silence.toNanos();
  }

  /**
   * Whether it was added as a listener, but runs as a voter: Ratis would have it stand for election
   * and end. Started again, it is the listener that its storage says.
   */
  boolean startedAsVoter() {
    Membership now = membership.get();
    return now.logIndex() >= 0
        && now.find(self).isPresent()
        && !now.isVoter(self)
        && now.leaving().isEmpty()
        && division.getInfo().isFollower();
  }

  /** How long ago a leader was heard of. */
  private long heardMillis() {
    RoleInfoProto role = division.getInfo().getRoleInfoProto();
    if (division.getInfo().isLeader()) {
      return 0;
    }
    return role.hasFollowerInfo()
        ? role.getFollowerInfo().getLeaderInfo().getLastRpcElapsedTimeMs()
        : Long.MAX_VALUE;
  }
}
