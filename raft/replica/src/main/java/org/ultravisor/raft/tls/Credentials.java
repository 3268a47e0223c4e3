package org.ultravisor.raft.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.ultravisor.ledger.core.Principal;

/**
 * What the files said when they were read.
 *
 * @param principal who the certificate says that this process is
 */
record Credentials(
    List<X509Certificate> chain,
    PrivateKey key,
    X509TrustManager authorities,
    Principal principal,
    int fingerprint) {

  /** A file that cannot be used is an IOException that names it and says what was expected. */
  static Credentials read(TlsPaths paths) throws IOException {
    byte[] certificate = bytes("certificate", paths.certificate());
    byte[] key = bytes("key", paths.key());
    byte[] trust = bytes("trust", paths.trust());
    List<X509Certificate> chain = named(paths.certificate(), () -> Pem.certificates(certificate));
    PrivateKey secret = named(paths.key(), () -> Pem.key(key));
    if (!matches(secret, chain.getFirst())) {
      throw new IOException(
          "%s is not the key of %s; was only one of them replaced?"
              .formatted(paths.key(), paths.certificate()));
    }
    return new Credentials(
        chain,
        secret,
        named(paths.trust(), () -> authorities(Pem.certificates(trust))),
        named(paths.certificate(), () -> principal(chain.getFirst())),
        fingerprint(certificate, key, trust));
  }

  /** Tells whether the files have changed. */
  static int fingerprint(TlsPaths paths) throws IOException {
    return fingerprint(
        bytes("certificate", paths.certificate()),
        bytes("key", paths.key()),
        bytes("trust", paths.trust()));
  }

  private static int fingerprint(byte[]... files) {
    return Arrays.deepHashCode(files);
  }

  private static byte[] bytes(String what, Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("cannot read the TLS %s %s: %s".formatted(what, file, e), e);
    }
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T named(Path file, Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static Principal principal(X509Certificate certificate) throws IOException {
    try {
      return Identities.principal(certificate);
    } catch (CertificateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Whether what the key signs the certificate verifies. */
  private static boolean matches(PrivateKey key, X509Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> "EdDSA";
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static X509TrustManager authorities(List<X509Certificate> certificates)
      throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("authority-" + i, certificates.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager each : factory.getTrustManagers()) {
        if (each instanceof X509TrustManager found) {
          return found;
        }
      }
      throw new IOException("this Java runtime trusts no X.509 certificates");
    } catch (GeneralSecurityException e) {
      throw new IOException("these authorities cannot be used: " + e.getMessage(), e);
    }
  }
}
