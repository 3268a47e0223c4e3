package org.ultravisor.node.process;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ultravisor.ledger.command.ClusterStatus;
import org.ultravisor.ledger.command.ClusterStatus.Part;
import org.ultravisor.node.config.NodeConfig;
import org.ultravisor.raft.replica.Membership;
import org.ultravisor.raft.replica.Peer;
import org.ultravisor.raft.replica.ReplicaStatus.PeerProgress;

/**
 * The cluster's members as the command channel shows them. Addresses come from Raft's
 * configuration; the file is asked only for members that were founded before addresses stood there.
 */
final class Members {
  private final NodeConfig config;

  Members(NodeConfig config) {
    this.config = config;
  }

  /**
   * @param progress what the leader knows of the others, joining ones included; empty elsewhere
   */
  List<ClusterStatus.Member> list(Membership membership, List<PeerProgress> progress) {
    List<ClusterStatus.Member> members = new ArrayList<>();
    add(members, membership.voters(), Part.VOTER, progress);
    add(members, membership.listeners(), Part.LISTENER, progress);
    add(members, membership.leaving(), Part.LEAVING, progress);
    List<Peer> joining =
        progress.stream()
            .map(PeerProgress::peer)
            .filter(peer -> members.stream().noneMatch(m -> m.replica().equals(peer.id())))
            .toList();
    add(members, joining, Part.JOINING, progress);
    return members;
  }

  private void add(
      List<ClusterStatus.Member> members,
      List<Peer> peers,
      Part part,
      List<PeerProgress> progress) {
    for (Peer peer : peers) {
      Optional<PeerProgress> known =
          progress.stream().filter(p -> p.id().equals(peer.id())).findFirst();
      members.add(
          new ClusterStatus.Member(
              peer.id(),
              part,
              peer.address(),
              commandAddress(peer),
              known.map(PeerProgress::matchIndex).orElse(-1L),
              known.map(p -> p.lastHeard().toMillis()).orElse(-1L)));
    }
  }

  /** Base address of a member's command channel, if it is known. */
  Optional<URI> commandAddress(Membership membership, String id) {
    return membership.find(id).flatMap(this::commandAddress);
  }

  private Optional<URI> commandAddress(Peer peer) {
    return peer.commandAddress().isEmpty()
        ? config.replicas().stream()
            .filter(member -> member.id().equals(peer.id()))
            .map(member -> ReplicaProcess.channelOf(config, member))
            .findFirst()
        : Optional.of(ReplicaProcess.channelOf(config, peer.commandAddress()));
  }
}
