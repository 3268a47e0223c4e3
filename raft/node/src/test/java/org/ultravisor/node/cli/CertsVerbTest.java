package org.ultravisor.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.raft.tls.TlsFiles;
import org.ultravisor.raft.tls.TlsPaths;

/** The set can be used, its keys are its owner's, and nothing is overwritten. */
class CertsVerbTest {
  @TempDir Path root = Path.of("");

  @Test
  void aSetForDevelopment() throws Exception {
    Path made = root.resolve("made");
    Cli cli = new Cli(Map.of());
    String[] first = {
      "cluster", "certs", made.toString(), "--replicas", "r1,r2", "--monitor", "web"
    };
    assertEquals(ExitCode.OK, cli.run(first), cli.err);
    assertTrue(cli.out.contains("plainText"), cli.out);
    assertEquals(
        Principal.of("r2", Role.REPLICA),
        TlsFiles.open(TlsPaths.in(made.resolve("r2"))).principal());
    assertEquals(
        Principal.monitor("monitor-web", "web"),
        TlsFiles.open(TlsPaths.in(made.resolve("monitor-web"))).principal());
    for (String name : new String[] {"r1", "operator", "authority"}) {
      Path key = made.resolve(name).resolve("key.pem");
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    }
    assertEquals(ExitCode.FAILED, cli.run("cluster", "certs", made.toString(), "--replicas", "r1"));
    assertTrue(cli.err.contains("is not empty"), cli.err);
  }

  @Test
  void whatCannotBeIsSaid() {
    Path made = root.resolve("made");
    usage("--days", "cluster", "certs", made.toString(), "--replicas", "r1", "--days", "0");
    usage("another", "cluster", "certs", made.toString(), "--replicas", "r1,r1");
    usage("names", "cluster", "certs", made.toString(), "--replicas", "../r1");
    usage("--tls", "cluster", "status", "--cluster", "10.0.0.1:7400");
    usage("together", "cluster", "status", "--cluster", "10.0.0.1:7400", "--tls-cert", "c");
  }

  private static void usage(String said, String... arguments) {
    Cli cli = new Cli(Map.of());
    assertEquals(ExitCode.USAGE, cli.run(arguments));
    assertTrue(cli.err.contains(said), cli.err);
  }
}
