package org.ultravisor.raft.replica;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * What a replica's directory was formatted for: who it is and with whom. Written once; a start with
 * another configuration is refused, because a replica that forgot its votes or its log under an old
 * name could break the cluster's promises.
 *
 * @param group derived from the founding members, so that clusters never mix
 * @param peers sorted by id
 */
record Identity(String replica, UUID group, List<Peer> peers) {
  private static final String HEADER = "ultravisor replica, format 1";

  Identity {
    peers = peers.stream().sorted(Comparator.comparing(Peer::id)).toList();
  }

  static Identity of(ReplicaConfig config) {
    List<Peer> sorted = config.peers().stream().sorted(Comparator.comparing(Peer::id)).toList();
    UUID group = UUID.nameUUIDFromBytes(("ultravisor" + sorted).getBytes(StandardCharsets.UTF_8));
    return new Identity(config.id(), group, sorted);
  }

  /** The identity file's text; {@link #parse} reads it. */
  String print() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    text.append("replica ").append(replica).append('\n');
    text.append("group ").append(group).append('\n');
    for (Peer peer : peers) {
      text.append("peer %s %s %d%n".formatted(peer.id(), peer.host(), peer.raftPort()));
    }
    return text.toString();
  }

  static Identity parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() < 4 || !lines.get(0).equals(HEADER)) {
      throw new IllegalArgumentException("expected '" + HEADER + "' and what follows it");
    }
    List<Peer> peers = new ArrayList<>();
    for (String line : lines.subList(3, lines.size())) {
      String[] words = fields(line, "peer", 4);
      peers.add(new Peer(words[1], words[2], Integer.parseInt(words[3])));
    }
    return new Identity(
        fields(lines.get(1), "replica", 2)[1],
        UUID.fromString(fields(lines.get(2), "group", 2)[1]),
        peers);
  }

  private static String[] fields(String line, String first, int count) {
    String[] words = line.split(" ", -1);
    if (words.length != count || !words[0].equals(first)) {
      throw new IllegalArgumentException(
          "expected '%s' and %d words after it: '%s'".formatted(first, count - 1, line));
    }
    return words;
  }

  /** Refuses a configuration that is not the one this directory was formatted for. */
  void require(Identity configured) {
    if (!replica.equals(configured.replica)) {
      throw new IllegalArgumentException(
          "it belongs to replica %s, but the configuration says that this is replica %s"
              .formatted(replica, configured.replica));
    }
    if (!peers.equals(configured.peers)) {
      throw new IllegalArgumentException(
          "it was formatted for the peers %s, but the configuration lists %s"
              .formatted(list(peers), list(configured.peers)));
    }
  }

  private static String list(List<Peer> peers) {
    return peers.stream().map(peer -> peer.id() + "=" + peer.address()).toList().toString();
  }
}
