package org.ultravisor.node.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.raft.tls.Identities;
import org.ultravisor.raft.tls.TlsFiles;
import org.ultravisor.raft.tls.TlsPaths;
import org.ultravisor.raft.tls.TlsSockets;

/** Files, who they say somebody is, and connections between replicas: each fault is found. */
class TlsFilesTest {
  private static final String REPLICA = Identities.uri(Role.REPLICA);
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path root = Path.of("");

  @Test
  void namesAndRolesAreInTheCertificate() throws Exception {
    TestCertificates certificates = new TestCertificates(root);
    assertEquals(
        Principal.of("r1", Role.REPLICA),
        TlsFiles.open(certificates.good("r1", REPLICA)).principal());
    assertEquals(
        new Principal("x", List.of(Role.COMMAND, Role.MONITOR), List.of("web-1", "web-2")),
        TlsFiles.open(
                certificates.good(
                    "x",
                    Identities.monitorUri("web-2"),
                    "https://elsewhere.example/role",
                    Identities.uri(Role.COMMAND),
                    Identities.monitorUri("web-1")))
            .principal());
  }

  @Test
  void whatIsNoIdentityIsRefused() {
    TestCertificates certificates = new TestCertificates(root);
    refused(() -> certificates.good("a"), "the certificate of 'a' has no role");
    refused(
        () -> certificates.good("b", "urn:ultravisor:role:king"),
        "has 'urn:ultravisor:role:king', which is no role");
    refused(() -> certificates.good("c", "urn:ultravisor:rol:command"), "which is no role");
    refused(() -> certificates.good("d", "URN:ultravisor:role:command"), "which is no role");
    refused(() -> certificates.good("e", "urn:ultravisor:role:monitor:"), "names nobody");
    refused(() -> certificates.good("(local)", REPLICA), "names nobody");
    refused(() -> certificates.expired("f", REPLICA), "NotAfter");
    refused(
        () -> {
          TlsPaths one = certificates.good("g", REPLICA);
          return new TlsPaths(
              one.certificate(), certificates.good("h", REPLICA).key(), one.trust());
        },
        "is not the key of");
    refused(
        () -> {
          TlsPaths good = certificates.good("i", REPLICA);
          Files.writeString(good.key(), "-----BEGIN EC PRIVATE KEY-----\nAA==\n");
          return good;
        },
        "openssl pkcs8");
    refused(() -> TlsPaths.in(root.resolve("nowhere")), "cannot read the TLS certificate");
  }

  @FunctionalInterface
  private interface Making {
    TlsPaths make() throws IOException;
  }

  private static void refused(Making making, String why) {
    IOException e = assertThrows(IOException.class, () -> TlsFiles.open(making.make()));
    assertTrue(e.toString().contains(why), e.toString());
  }

  @Test
  void replicasKnowEachOtherByName() throws Exception {
    TestCertificates certificates = new TestCertificates(root);
    TlsPaths server = certificates.good("r1", REPLICA);
    assertEquals("", connect(server, certificates.good("r2", REPLICA), "r2"));
    assertTrue(
        connect(server, certificates.good("r3", REPLICA), "r2")
            .contains("is that of 'r3' (REPLICA), not of replica 'r2'"));
    // The one who is refused is told too; how is the Java runtime's business.
    assertTrue(
        connect(server, certificates.good("ops", Identities.uri(Role.OPERATIONS)), "ops")
            .contains("'ops' (OPERATIONS) is no replica"));
    assertTrue(
        connect(server, certificates.foreign("r2", REPLICA), "r2")
            .contains("unable to find valid certification path"));
  }

  /** Why the server, as r1, does not take the client for the peer; empty if it does. */
  private static String connect(TlsPaths server, TlsPaths client, String peer) throws Exception {
    TlsSockets accepting = new TlsSockets(TlsFiles.open(server));
    TlsSockets connecting = new TlsSockets(TlsFiles.open(client));
    try (ServerSocket listening =
            accepting.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<String> heard =
          other.submit(
              () -> {
                InetSocketAddress there = (InetSocketAddress) listening.getLocalSocketAddress();
                try (Socket socket = connecting.connect(there, LONG)) {
                  connecting.requirePeer(socket, "r1");
                  return String.valueOf(socket.getInputStream().read());
                } catch (IOException e) {
                  return e.toString();
                }
              });
      String why = "";
      try (Socket socket = listening.accept()) {
        socket.setSoTimeout((int) LONG.toMillis());
        socket.getOutputStream().write(7);
        accepting.requirePeer(socket, peer);
      } catch (IOException e) {
        why = reasons(e);
      }
      assertEquals(why.isEmpty() || why.contains("not of replica"), heard.get().equals("7"));
      return why;
    }
  }

  private static String reasons(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable e = failure; e != null; e = e.getCause()) {
      all.append(e).append('\n');
    }
    return all.toString();
  }

  @Test
  void filesAreReplacedWhileTheyAreInUse() throws Exception {
    TestCertificates certificates = new TestCertificates(root);
    TlsPaths paths = certificates.good("r1", REPLICA);
    TlsFiles files = TlsFiles.open(paths);
    var first = files.keyManager().getCertificateChain("own")[0];
    assertFalse(files.reload());

    certificates.good("r1", REPLICA);
    assertTrue(files.reload());
    var second = files.keyManager().getCertificateChain("own")[0];
    assertFalse(second.equals(first));
    assertTrue(files.stillTrusts(new java.security.cert.X509Certificate[] {first}));

    Files.writeString(paths.certificate(), "half");
    assertThrows(IOException.class, files::reload);
    assertFalse(files.reload(), "looked at once");
    assertEquals(second, files.keyManager().getCertificateChain("own")[0]);

    Authority next = Authority.create("next", Instant.now(), TestCertificates.HOUR);
    certificates.write(
        "r1", next.issue("r1", List.of(REPLICA), Instant.now(), TestCertificates.HOUR), next);
    assertTrue(files.reload());
    assertFalse(files.stillTrusts(new java.security.cert.X509Certificate[] {second}));
    assertThrows(
        CertificateException.class,
        () ->
            files
                .trustManager(peer -> {})
                .checkClientTrusted(new java.security.cert.X509Certificate[] {second}, "EC"));

    certificates.write(
        "r1", next.issue("r2", List.of(REPLICA), Instant.now(), TestCertificates.HOUR), next);
    IOException e = assertThrows(IOException.class, files::reload);
    assertTrue(e.toString().contains("restart it to make it another"), e.toString());
  }
}
