package org.ultravisor.raft.replica;

import java.util.regex.Pattern;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;

/**
 * A member of the cluster.
 *
 * @param id its name for as long as its directory lives; a wiped replica comes back under a new one
 * @param host name or address at which the other replicas reach it
 * @param raftPort TCP port of the replicas' own traffic, 1 to 65535
 * @param commandAddress {@code host:port} at which its clients reach it; empty if it has none
 */
public record Peer(String id, String host, int raftPort, String commandAddress) {
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
    if (commandAddress.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          "replica %s has no valid command address: '%s'".formatted(id, commandAddress));
    }
  }

  /** One that serves no clients. */
  public Peer(String id, String host, int raftPort) {
    this(id, host, raftPort, "");
  }

  /**
   * @param address {@code host:port} of the replicas' own traffic; an IPv6 host in brackets
   */
  public static Peer at(String id, String address, String commandAddress) {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? "" : address.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      return new Peer(id, host, Integer.parseInt(address.substring(colon + 1)), commandAddress);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "replica %s: an address is HOST:PORT: '%s'".formatted(id, address), e);
    }
  }

  static Peer of(RaftPeer peer) {
    String command = peer.getClientAddress();
    return at(peer.getId().toString(), peer.getAddress(), command == null ? "" : command);
  }

  RaftPeer toRaft() {
    return RaftPeer.newBuilder()
        .setId(id)
        .setAddress(address())
        .setClientAddress(commandAddress.isEmpty() ? null : commandAddress)
        .build();
  }

  RaftPeer toRaftListener() {
    return RaftPeer.newBuilder(toRaft()).setStartupRole(RaftPeerRole.LISTENER).build();
  }

  /** {@code host:port}. */
  public String address() {
    return host.contains(":") ? "[" + host + "]:" + raftPort : host + ":" + raftPort;
  }
}
