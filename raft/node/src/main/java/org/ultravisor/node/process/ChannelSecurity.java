package org.ultravisor.node.process;

import org.ultravisor.ledger.command.ChannelTls;
import org.ultravisor.raft.tls.Identities;
import org.ultravisor.raft.tls.PeerCheck;
import org.ultravisor.raft.tls.TlsFiles;

/** Joins TLS files and command channels, which know nothing of each other. */
public final class ChannelSecurity {
  private ChannelSecurity() {}

  /** For either end: servers are replicas, clients have any role. */
  public static ChannelTls of(TlsFiles files) {
    return new ChannelTls(
        files.keyManager(),
        files.trustManager(PeerCheck.REPLICA),
        files.trustManager(PeerCheck.ANYBODY),
        Identities::principal);
  }
}
