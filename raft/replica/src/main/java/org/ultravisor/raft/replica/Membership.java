package org.ultravisor.raft.replica;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftConfiguration;

/**
 * Who belongs to the cluster, as the newest configuration in a replica's log says; it may not be
 * committed yet.
 *
 * @param group of the cluster
 * @param voters those of which a majority decides, sorted by id
 * @param listeners those that only follow, sorted by id
 * @param leaving who belonged to the configuration before, while the change is under way, and not
 *     to this one
 * @param logIndex the log entry that holds the configuration; -1 for the founding one
 */
public record Membership(
    UUID group, List<Peer> voters, List<Peer> listeners, List<Peer> leaving, long logIndex) {

  public Membership {
    voters = List.copyOf(voters);
    listeners = List.copyOf(listeners);
    leaving = List.copyOf(leaving);
  }

  static Membership of(UUID group, RaftConfiguration raft) {
    List<Peer> voters = peers(raft.getCurrentPeers());
    List<Peer> listeners = peers(raft.getCurrentPeers(RaftPeerRole.LISTENER));
    Set<String> staying =
        Stream.concat(voters.stream(), listeners.stream())
            .map(Peer::id)
            .collect(Collectors.toSet());
    List<Peer> leaving =
        Stream.concat(
                raft.getPreviousPeers().stream(),
                raft.getPreviousPeers(RaftPeerRole.LISTENER).stream())
            .map(Peer::of)
            .filter(peer -> !staying.contains(peer.id()))
            .toList();
    return new Membership(group, voters, listeners, leaving, raft.getLogEntryIndex());
  }

  private static List<Peer> peers(Collection<RaftPeer> raft) {
    return raft.stream().map(Peer::of).sorted(Comparator.comparing(Peer::id)).toList();
  }

  /** Voters and listeners, sorted by id within each. */
  public List<Peer> all() {
    return Stream.concat(voters.stream(), listeners.stream()).toList();
  }

  /** The member of this id, voter or listener. */
  public Optional<Peer> find(String id) {
    return all().stream().filter(peer -> peer.id().equals(id)).findFirst();
  }

  public boolean isVoter(String id) {
    return voters.stream().anyMatch(peer -> peer.id().equals(id));
  }
}
