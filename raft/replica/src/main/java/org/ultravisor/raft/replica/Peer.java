package org.ultravisor.raft.replica;

import java.util.regex.Pattern;

/**
 * A member of the cluster.
 *
 * @param id its name for as long as its directory lives; a wiped replica comes back under a new one
 * @param host name or address at which the other replicas reach it
 * @param raftPort TCP port of the replicas' own traffic, 1 to 65535
 */
public record Peer(String id, String host, int raftPort) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  public Peer {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "a replica's id must be 1 to 64 letters, digits, '.', '_' or '-': '" + id + "'");
    }
    if (host.isBlank() || host.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("replica " + id + " has no valid host: '" + host + "'");
    }
    if (raftPort < 1 || raftPort > 65535) {
      throw new IllegalArgumentException(
          "replica %s: raft port must be in 1..65535: %d".formatted(id, raftPort));
    }
  }

  /** {@code host:port}. */
  public String address() {
    return host.contains(":") ? "[" + host + "]:" + raftPort : host + ":" + raftPort;
  }
}
