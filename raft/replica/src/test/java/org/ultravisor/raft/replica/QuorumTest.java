package org.ultravisor.raft.replica;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.junit.jupiter.api.Test;

/** Majorities follow the members, also between two configurations. */
final class QuorumTest {
  private static List<RaftPeer> voters(String... ids) {
    return Arrays.stream(ids).map(id -> new Peer(id, "127.0.0.1", 7000).toRaft()).toList();
  }

  private static boolean reached(
      List<RaftPeer> current, List<RaftPeer> previous, String... agreeing) {
    RaftConfiguration configuration =
        new RaftConfiguration() {
          @Override
          public RaftPeer getPeer(RaftPeerId id, RaftPeerRole... roles) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Collection<RaftPeer> getAllPeers(RaftPeerRole role) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Collection<RaftPeer> getCurrentPeers(RaftPeerRole role) {
            return role == RaftPeerRole.FOLLOWER ? current : List.of();
          }

          @Override
          public Collection<RaftPeer> getPreviousPeers(RaftPeerRole role) {
            return role == RaftPeerRole.FOLLOWER ? previous : List.of();
          }

          @Override
          public long getLogEntryIndex() {
            return 0;
          }
        };
    Set<RaftPeerId> ids =
        Arrays.stream(agreeing).map(RaftPeerId::valueOf).collect(Collectors.toSet());
    return Quorum.of(RaftPeerId.valueOf("r1"), () -> configuration).reached(ids);
  }

  @Test
  void moreThanHalfOfTheVoters() {
    assertTrue(reached(voters("r1"), List.of()));
    assertFalse(reached(voters("r1", "r2"), List.of()));
    assertTrue(reached(voters("r1", "r2", "r3"), List.of(), "r3"));
    assertFalse(reached(voters("r1", "r2", "r3", "r4", "r5"), List.of(), "r3"));
    assertTrue(reached(voters("r1", "r2", "r3", "r4", "r5"), List.of(), "r3", "r4"));
  }

  @Test
  void whoDoesNotVoteDoesNotCount() {
    assertFalse(reached(voters("r1", "r2", "r3"), List.of(), "listener", "r9"));
    assertFalse(reached(voters("r2", "r3"), List.of(), "r2")); // r1 leads, but leaves
  }

  @Test
  void bothConfigurationsWhileMembersChange() {
    List<RaftPeer> before = voters("r1", "r2", "r3");
    List<RaftPeer> after = voters("r1", "r4", "r5");
    assertFalse(reached(after, before, "r4", "r5"));
    assertFalse(reached(after, before, "r2", "r3"));
    assertTrue(reached(after, before, "r2", "r4"));
    assertFalse(reached(after, before));
  }
}
