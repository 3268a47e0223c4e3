package org.ultravisor.raft.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys from the bytes of PEM files. */
final class Pem {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

  private Pem() {}

  /** All certificates, at least one. */
  static List<X509Certificate> certificates(byte[] pem) throws IOException {
    try {
      List<X509Certificate> all = new ArrayList<>();
      for (var each :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        all.add((X509Certificate) each);
      }
      if (all.isEmpty()) {
        throw new IOException("expected '-----BEGIN CERTIFICATE-----', found none");
      }
      return all;
    } catch (CertificateException e) {
      throw new IOException("not certificates in PEM: " + e.getMessage(), e);
    }
  }

  static PrivateKey key(byte[] pem) throws IOException {
    Matcher key = KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
    if (!key.find()) {
      throw new IOException(
          "expected '-----BEGIN PRIVATE KEY-----' (PKCS #8, without a password); convert others by"
              + " 'openssl pkcs8 -topk8 -nocrypt'");
    }
    PKCS8EncodedKeySpec spec =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
    GeneralSecurityException last = null;
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException e) {
        last = e; // it may be of another algorithm
      }
    }
    throw new IOException("expected a key of one of " + ALGORITHMS + ", found another", last);
  }
}
