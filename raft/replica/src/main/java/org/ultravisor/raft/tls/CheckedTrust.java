package org.ultravisor.raft.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trusts whom the authorities of the moment vouch for and the check lets in; logs whom it does not.
 * Names of hosts are not looked at: a certificate says who somebody is, not where.
 */
final class CheckedTrust extends X509ExtendedTrustManager {
  private static final Logger LOG = LoggerFactory.getLogger(CheckedTrust.class);

  private final Supplier<X509TrustManager> authorities;
  private final PeerCheck check;

  CheckedTrust(Supplier<X509TrustManager> authorities, PeerCheck check) {
    this.authorities = authorities;
    this.check = check;
  }

  @FunctionalInterface
  private interface Vouching {
    void vouch(X509TrustManager authorities) throws CertificateException;
  }

  private void require(X509Certificate[] chain, Vouching vouching) throws CertificateException {
    try {
      vouching.vouch(authorities.get());
      check.check(Identities.principal(chain[0]));
    } catch (CertificateException e) {
      String why = why(e);
      LOG.warn(
          "Refused the certificate of {}, issued by {}, valid from {} to {}: {}",
          chain[0].getSubjectX500Principal(),
          chain[0].getIssuerX500Principal(),
          chain[0].getNotBefore().toInstant(),
          chain[0].getNotAfter().toInstant(),
          why);
      throw new CertificateException(why, e);
    }
  }

  /** The innermost reason: those around it say only that a path was not found. */
  private static String why(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    require(chain, trusted -> trusted.checkClientTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    require(chain, trusted -> trusted.checkServerTrusted(chain, authType));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.get().getAcceptedIssuers();
  }
}
