package org.ultravisor.ledger.command;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.ultravisor.ledger.core.Principal;

/**
 * Mutual TLS of a command channel, at either end. Managers may change their minds: each handshake
 * asks them anew.
 *
 * @param keys shows this end's certificate
 * @param servers whom a client takes for a replica
 * @param clients whom a replica takes for a client
 * @param identify whose an accepted certificate is
 */
public record ChannelTls(
    X509ExtendedKeyManager keys,
    X509ExtendedTrustManager servers,
    X509ExtendedTrustManager clients,
    Identify identify) {

  /** Whose a certificate is. Any thread. */
  @FunctionalInterface
  public interface Identify {
    Principal principal(X509Certificate certificate) throws CertificateException;
  }
}
