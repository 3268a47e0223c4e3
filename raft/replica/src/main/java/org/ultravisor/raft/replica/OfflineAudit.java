package org.ultravisor.raft.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ultravisor.ledger.store.AuditLog;
import org.ultravisor.ledger.store.StoreOptions;

/**
 * The audit log of a replica that does not run, or of a backup, read from its directory; nothing is
 * changed.
 */
public final class OfflineAudit {
  private OfflineAudit() {}

  /**
   * Opens it.
   *
   * @param directory the replica's, as in its configuration, or a backup's
   * @throws IOException if it is neither
   */
  public static AuditLog open(Path directory) throws IOException {
    if (Files.isRegularFile(directory.resolve(Backup.MANIFEST))) {
      return Backup.open(directory, Backup.read(directory).cluster());
    }
    Path file = directory.resolve("identity");
    if (!Files.isRegularFile(file)) {
      throw new IOException(directory + " is not a replica's directory: it has no file 'identity'");
    }
    Identity identity;
    try {
      identity = Identity.parse(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
    return AuditLog.open(
        directory.resolve("store"), StoreOptions.DEFAULT.withIdentity(identity.group().toString()));
  }
}
