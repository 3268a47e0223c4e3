package org.ultravisor.raft.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.core.Principal;

/**
 * A process' own certificate and whom it trusts, from PEM files. Once {@link #watch} was called,
 * files that change are read again, and every handshake from then on uses what they say; files that
 * cannot be used are logged, and what was read before stays. Any thread.
 */
public final class TlsFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private final TlsPaths paths;
  private final X509ExtendedKeyManager keyManager = new OwnKey(this::credentials);
  private volatile Credentials credentials;
  private volatile int refused;
  private @Nullable ScheduledThreadPoolExecutor watcher;

  private TlsFiles(TlsPaths paths, Credentials credentials) {
    this.paths = paths;
    this.credentials = credentials;
  }

  /**
   * Reads the files.
   *
   * @throws IOException naming the file, what is wrong with it and what was expected
   */
  public static TlsFiles open(TlsPaths paths) throws IOException {
    warnIfOthersRead(paths);
    return new TlsFiles(paths, valid(paths));
  }

  private static Credentials valid(TlsPaths paths) throws IOException {
    Credentials read = Credentials.read(paths);
    try {
      read.chain().getFirst().checkValidity();
      return read;
    } catch (CertificateException e) {
      throw new IOException(
          "%s: %s; replace it ('ultravisor cluster certs' makes development certificates)"
              .formatted(paths.certificate(), e.getMessage()),
          e);
    }
  }

  private Credentials credentials() {
    return credentials;
  }

  /** Who this process is to others. */
  public Principal principal() {
    return credentials.principal();
  }

  /** Shows the certificate of the moment. */
  public X509ExtendedKeyManager keyManager() {
    return keyManager;
  }

  /** Trusts whom the authorities of the moment vouch for and the check lets in. */
  public X509ExtendedTrustManager trustManager(PeerCheck check) {
    return new CheckedTrust(() -> credentials.authorities(), check);
  }

  /**
   * For connections both ends of which show a certificate. Sessions are not resumed beyond a
   * second, so that every connection is checked by what the files say.
   */
  public SSLContext context(PeerCheck check) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(
          new X509ExtendedKeyManager[] {keyManager},
          new TrustManager[] {trustManager(check)},
          null);
      context.getServerSessionContext().setSessionTimeout(1);
      context.getClientSessionContext().setSessionTimeout(1);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS 1.3", e);
    }
  }

  /** Whether a certificate that was accepted once still is. */
  public boolean stillTrusts(X509Certificate[] chain) {
    try {
      credentials.authorities().checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  /**
   * Looks at the files this often until closed.
   *
   * @param changed told after new ones were read
   */
  public synchronized void watch(Duration every, Runnable changed) {
    if (watcher != null) {
      throw new IllegalStateException("the files are watched already");
    }
    watcher =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("tls-files").factory());
    var _ =
        watcher.scheduleWithFixedDelay(
            () -> look(changed), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look(Runnable changed) {
    try {
      if (reload()) {
        changed.run();
      }
    } catch (IOException | RuntimeException e) { // the schedule would end, and files go unnoticed
      LOG.warn("New TLS files are not used, those read before are: {}", e.getMessage());
    }
  }

  /**
   * Reads the files again if they have changed since they were last looked at.
   *
   * @return whether others are used now
   * @throws IOException if they cannot be used; those read before still are
   */
  public boolean reload() throws IOException {
    int now = Credentials.fingerprint(paths);
    if (now == credentials.fingerprint() || now == refused) {
      return false;
    }
    try {
      Credentials read = valid(paths);
      if (!read.principal().equals(principal())) {
        throw new IOException(
            "%s is of %s, this process is %s: restart it to make it another"
                .formatted(paths.certificate(), read.principal(), principal()));
      }
      credentials = read;
    } catch (IOException e) {
      refused = now;
      throw e;
    }
    LOG.info(
        "New TLS files are used: {} until {}",
        principal(),
        credentials.chain().getFirst().getNotAfter().toInstant());
    return true;
  }

  private static void warnIfOthersRead(TlsPaths paths) throws IOException {
    if (Files.exists(paths.key())
        && Files.getFileStore(paths.key()).supportsFileAttributeView("posix")
        && Files.getPosixFilePermissions(paths.key()).stream().anyMatch(OTHERS::contains)) {
      LOG.warn("Others can read the private key {}; 'chmod 600' it", paths.key());
    }
  }

  @Override
  public synchronized void close() {
    if (watcher != null) {
      watcher.shutdownNow();
    }
  }
}
