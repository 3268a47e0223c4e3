package org.ultravisor.ledger.command.server;

import io.vertx.core.http.HttpConnection;
import org.ultravisor.ledger.core.Principal;

/** Says who is at the other end of a connection: the one place that does. */
final class Callers {
  private Callers() {}

  /** The principal whose requests those of this connection are. */
  static Principal principal(HttpConnection connection) {
    if (connection.isSsl()) {
      throw new IllegalStateException("a TLS connection without a principal: " + connection);
    }
    return Principal.LOCAL;
  }
}
