package org.ultravisor.raft.tls;

import java.security.cert.CertificateException;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Role;

/** Whether a principal, whose certificate is trusted, may be at the other end. Any thread. */
@FunctionalInterface
public interface PeerCheck {
  /** Whoever has a name and a role. */
  PeerCheck ANYBODY = peer -> {};

  /** A replica. */
  PeerCheck REPLICA =
      peer -> {
        if (!peer.has(Role.REPLICA)) {
          throw new CertificateException(peer + " is no replica");
        }
      };

  /**
   * @throws CertificateException saying why not
   */
  void check(Principal peer) throws CertificateException;
}
