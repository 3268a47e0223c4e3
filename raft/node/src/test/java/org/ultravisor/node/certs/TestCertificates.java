package org.ultravisor.node.certs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.ultravisor.ledger.command.ChannelTls;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.raft.tls.Identities;
import org.ultravisor.raft.tls.PeerCheck;
import org.ultravisor.raft.tls.TlsFiles;
import org.ultravisor.raft.tls.TlsPaths;

/** Writes certificates of an authority, good ones and such as have a fault. */
final class TestCertificates {
  static final Duration HOUR = Duration.ofHours(1);
  private final Path root;
  final Authority authority =
      Authority.create("test", Instant.now().minus(HOUR), Duration.ofDays(2));

  TestCertificates(Path root) {
    this.root = root;
  }

  /** Valid for an hour. */
  TlsPaths good(String name, String... uris) throws IOException {
    return write(name, authority.issue(name, List.of(uris), Instant.now(), HOUR), authority);
  }

  /** Was valid until half an hour ago. */
  TlsPaths expired(String name, String... uris) throws IOException {
    Instant then = Instant.now().minus(HOUR);
    return write(
        name, authority.issue(name, List.of(uris), then, Duration.ofMinutes(30)), authority);
  }

  /** Of another authority; trusts the right one. */
  TlsPaths foreign(String name, String... uris) throws IOException {
    Authority other = Authority.create("other", Instant.now(), HOUR);
    return write(name, other.issue(name, List.of(uris), Instant.now(), HOUR), authority);
  }

  /** Replaces what is there. */
  TlsPaths write(String name, Authority.Issued issued, Authority trusted) throws IOException {
    Path directory = Files.createDirectories(root.resolve(name));
    Files.writeString(directory.resolve("trust.pem"), trusted.trust());
    Files.writeString(directory.resolve("key.pem"), issued.key());
    Files.writeString(directory.resolve("certificate.pem"), issued.certificate());
    return TlsPaths.in(directory);
  }

  /** Shows a certificate whatever its faults, and trusts everybody. */
  ChannelTls shown(Authority.Issued issued) throws Exception {
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(
                    new ByteArrayInputStream(issued.certificate().getBytes(US_ASCII)));
    String body = issued.key().replaceAll("-----[A-Z ]+-----", "");
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", key, new char[0], new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    TlsFiles other = TlsFiles.open(good("trusting", Identities.uri(Role.AUDITOR)));
    return new ChannelTls(
        (X509ExtendedKeyManager) keys.getKeyManagers()[0],
        other.trustManager(PeerCheck.REPLICA),
        other.trustManager(PeerCheck.ANYBODY),
        Identities::principal);
  }
}
