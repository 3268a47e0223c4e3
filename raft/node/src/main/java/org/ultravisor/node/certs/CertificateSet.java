package org.ultravisor.node.certs;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.raft.tls.Identities;

/**
 * A directory of certificates for development: one directory a principal, with {@code
 * certificate.pem}, {@code key.pem} and {@code trust.pem}, and {@code authority} with the
 * authority's own. Nobody else can read keys.
 */
public final class CertificateSet {
  private static final String OWNER_ONLY_DIRECTORY = "rwx------";
  private static final String OWNER_ONLY = "rw-------";
  private static final String EVERYBODY = "rw-r--r--";

  private CertificateSet() {}

  /** The roles' URIs of each principal, by its name. */
  public static Map<String, List<String>> principals(
      List<String> replicas, List<String> monitoredPartitions) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    replicas.forEach(replica -> all.put(replica, List.of(Identities.uri(Role.REPLICA))));
    all.put("operations", List.of(Identities.uri(Role.OPERATIONS)));
    all.put("command", List.of(Identities.uri(Role.COMMAND)));
    all.put("operator", List.of(Identities.uri(Role.OPERATIONS), Identities.uri(Role.COMMAND)));
    all.put("auditor", List.of(Identities.uri(Role.AUDITOR)));
    monitoredPartitions.forEach(
        partition -> all.put("monitor-" + partition, List.of(Identities.monitorUri(partition))));
    return all;
  }

  /**
   * Writes a set into a directory that does not exist yet, or is empty.
   *
   * @return the principals' directories
   * @throws FileAlreadyExistsException if something is there
   */
  public static List<Path> write(
      Path directory, Map<String, List<String>> principals, Instant now, Duration life)
      throws IOException {
    if (Files.exists(directory)) {
      try (var inside = Files.newDirectoryStream(directory)) {
        if (inside.iterator().hasNext()) {
          throw new FileAlreadyExistsException(
              directory + " is not empty; certificates in use are not overwritten: name another");
        }
      }
    }
    Authority authority = Authority.create("ultravisor-development", now, life);
    directory(directory);
    write(directory.resolve("authority"), authority.own(), authority);
    List<Path> written = new ArrayList<>();
    for (Map.Entry<String, List<String>> each : principals.entrySet()) {
      Path own = directory.resolve(each.getKey());
      write(own, authority.issue(each.getKey(), each.getValue(), now, life), authority);
      written.add(own);
    }
    return written;
  }

  private static void write(Path directory, Authority.Issued issued, Authority authority)
      throws IOException {
    directory(directory);
    file(directory.resolve("certificate.pem"), issued.certificate(), EVERYBODY);
    file(directory.resolve("key.pem"), issued.key(), OWNER_ONLY);
    file(directory.resolve("trust.pem"), authority.trust(), EVERYBODY);
  }

  private static void directory(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(
            PosixFilePermissions.fromString(OWNER_ONLY_DIRECTORY)));
  }

  private static void file(Path file, String text, String permissions) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    Files.writeString(file, text, StandardOpenOption.WRITE);
  }
}
