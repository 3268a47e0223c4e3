package org.ultravisor.raft.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.raft.wire.Sockets;

/** Connections between replicas, each of which shows the certificate that names it. */
public final class TlsSockets implements Sockets {
  private static final int MOST_WAITING = 64;

  private final SSLContext context;

  public TlsSockets(TlsFiles files) {
    this.context = files.context(PeerCheck.REPLICA);
  }

  @Override
  public ServerSocket listen(InetSocketAddress address) throws IOException {
    SSLServerSocket socket =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
    try {
      socket.setNeedClientAuth(true);
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
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
    try {
      int millis = Math.toIntExact(longest.toMillis());
      socket.setTcpNoDelay(true);
      socket.connect(address, millis);
      socket.setSoTimeout(millis);
      socket.startHandshake();
      socket.setSoTimeout(0);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new IOException("cannot connect to %s: %s".formatted(address, e.getMessage()), e);
    }
  }

  @Override
  public void requirePeer(Socket connection, String peer) throws IOException {
    Principal found = peer(connection);
    if (!found.name().equals(peer)) {
      throw new IOException(
          "the certificate at %s is that of %s, not of replica '%s'"
              .formatted(connection.getRemoteSocketAddress(), found, peer));
    }
  }

  private static Principal peer(Socket connection) throws IOException {
    if (!(connection instanceof SSLSocket socket)) {
      throw new IOException("not a TLS connection: " + connection);
    }
    try {
      return Identities.principal((X509Certificate) socket.getSession().getPeerCertificates()[0]);
    } catch (CertificateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
