package org.ultravisor.raft.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** Makes the connections of a {@link TcpWire}: plain ones, or with TLS. Any thread. */
public interface Sockets {
  /** Without TLS. */
  Sockets PLAIN = new PlainSockets();

  /** Listens. */
  ServerSocket listen(InetSocketAddress address) throws IOException;

  /** Connects; a handshake is over when it returns. */
  Socket connect(InetSocketAddress address, Duration longest) throws IOException;

  /**
   * Refuses a connection whose other end is not the replica that it says it is.
   *
   * @throws IOException saying who it is instead
   */
  void requirePeer(Socket connection, String peer) throws IOException;
}
