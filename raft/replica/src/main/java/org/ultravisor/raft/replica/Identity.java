package org.ultravisor.raft.replica;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * What a replica's directory was formatted for: who it is, and of which cluster. Written once; a
 * start as another replica or in another cluster is refused, because a replica that forgot its
 * votes or its log under an old name could break the cluster's promises. Who the members are now is
 * in Raft's own storage.
 *
 * @param group of the cluster, so that clusters never mix
 * @param peers the founding members, sorted by id; none for a replica that joined later
 */
record Identity(String replica, UUID group, List<Peer> peers) {
  private static final String HEADER = "ultravisor replica, format 1";

  Identity {
    peers = peers.stream().sorted(Comparator.comparing(Peer::id)).toList();
  }

  /** Of a new directory: founders derive the same group from their list of each other. */
  static Identity of(ReplicaConfig config) {
    return config
        .joins()
        .map(joining -> new Identity(config.id(), joining.group(), List.of()))
        .orElseGet(() -> new Identity(config.id(), groupOf(config.peers()), config.peers()));
  }

  private static UUID groupOf(List<Peer> founders) {
    String text =
        founders.stream()
            .sorted(Comparator.comparing(Peer::id))
            .map(p -> "Peer[id=%s, host=%s, raftPort=%d]".formatted(p.id(), p.host(), p.raftPort()))
            .toList()
            .toString();
    return UUID.nameUUIDFromBytes(("ultravisor" + text).getBytes(StandardCharsets.UTF_8));
  }

  /** The identity file's text; {@link #parse} reads it. */
  String print() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    text.append("replica ").append(replica).append('\n');
    text.append("group ").append(group).append('\n');
    for (Peer peer : peers) {
      text.append("peer %s %s %d".formatted(peer.id(), peer.host(), peer.raftPort()));
      text.append(peer.commandAddress().isEmpty() ? "" : " " + peer.commandAddress()).append('\n');
    }
    return text.toString();
  }

  static Identity parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() < 3 || !lines.get(0).equals(HEADER)) {
      throw new IllegalArgumentException("expected '" + HEADER + "' and what follows it");
    }
    List<Peer> peers = new ArrayList<>();
    for (String line : lines.subList(3, lines.size())) {
      String[] words = fields(line, "peer", line.split(" ", -1).length == 5 ? 5 : 4);
      String command = words.length == 5 ? words[4] : "";
      peers.add(new Peer(words[1], words[2], Integer.parseInt(words[3]), command));
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

  /** Refuses the configuration of another replica, or one that joins another cluster. */
  void require(ReplicaConfig config) {
    if (!replica.equals(config.id())) {
      throw new IllegalArgumentException(
          "it belongs to replica %s, but the configuration says that this is replica %s"
              .formatted(replica, config.id()));
    }
    if (config.joins().isPresent() && !config.joins().get().group().equals(group)) {
      throw new IllegalArgumentException(
          "it belongs to a replica of cluster %s, but the configuration joins cluster %s"
              .formatted(group, config.joins().get().group()));
    }
  }
}
