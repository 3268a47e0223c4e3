package org.ultravisor.raft.replica;

import java.util.Collection;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;

/**
 * Whether replicas that agree are enough: a majority of the voters as they are now, and of those of
 * before while a change of members is under way.
 */
@FunctionalInterface
interface Quorum {

  /**
   * @param agreeing replicas other than the one that asks
   */
  boolean reached(Set<RaftPeerId> agreeing);

  /** By Raft's configuration, which changes with the members. */
  static Quorum of(RaftPeerId self, Supplier<RaftConfiguration> configuration) {
    return agreeing -> {
      RaftConfiguration now = configuration.get();
      return majority(now.getCurrentPeers(), self, agreeing)
          && (now.getPreviousPeers().isEmpty() || majority(now.getPreviousPeers(), self, agreeing));
    };
  }

  private static boolean majority(
      Collection<RaftPeer> voters, RaftPeerId self, Set<RaftPeerId> agreeing) {
    long count =
        voters.stream()
            .map(RaftPeer::getId)
            .filter(id -> id.equals(self) || agreeing.contains(id))
            .count();
    return count > voters.size() / 2;
  }
}
