package org.ultravisor.ledger.command;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Puts TLS into the options of both ends. */
public final class Secured {
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3");

  private Secured() {}

  /**
   * @param patience how long a handshake may take
   */
  public static HttpServerOptions server(
      HttpServerOptions plain, @Nullable ChannelTls tls, Duration patience) {
    if (tls == null) {
      return plain;
    }
    return plain
        .setSsl(true)
        .setUseAlpn(true)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setKeyCertOptions(KeyCertOptions.wrap(tls.keys()))
        .setTrustOptions(TrustOptions.wrap(tls.clients()))
        .setClientAuth(ClientAuth.REQUIRED)
        .setSslHandshakeTimeout(patience.toMillis())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  /** A replica is known by the role in its certificate, not by the name of its host. */
  public static HttpClientOptions client(HttpClientOptions plain, @Nullable ChannelTls tls) {
    if (tls == null) {
      return plain;
    }
    return plain
        .setSsl(true)
        .setUseAlpn(plain.getProtocolVersion() == HttpVersion.HTTP_2)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setKeyCertOptions(KeyCertOptions.wrap(tls.keys()))
        .setTrustOptions(TrustOptions.wrap(tls.servers()))
        .setVerifyHost(false);
  }
}
