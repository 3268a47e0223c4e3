package org.ultravisor.raft.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** Connections without TLS: everybody is who he says he is. */
final class PlainSockets implements Sockets {
  private static final int MOST_WAITING = 64;

  @Override
  public ServerSocket listen(InetSocketAddress address) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true); // a replica that was killed comes back to its address at once
      socket.bind(address, MOST_WAITING);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new IOException("cannot listen at %s: %s".formatted(address, e.getMessage()), e);
    }
  }

  @Override
  public Socket connect(InetSocketAddress address, Duration longest) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, Math.toIntExact(longest.toMillis()));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new IOException("cannot connect to %s: %s".formatted(address, e.getMessage()), e);
    }
  }

  @Override
  public void requirePeer(Socket connection, String peer) {
    // Nothing to compare with: plain connections are for a machine that trusts itself.
  }
}
