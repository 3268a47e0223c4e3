package org.ultravisor.raft.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.ultravisor.ledger.store.DurableFiles;
import org.ultravisor.ledger.store.StoreIdentity;

/**
 * Founds a cluster that begins with a backup: every founder's directory is formatted with the same
 * snapshot, under a new cluster's name, so that nothing of the old one is ever taken for its own.
 */
public final class Restoration {
  private Restoration() {}

  /**
   * Formats the directory of one founder.
   *
   * @param backup where it lies; it is checked, and not changed
   * @param cluster the new one's name, the same for every founder
   * @throws IOException naming what is in the way; the directory can then be used again
   */
  public static Backup found(Path backup, ReplicaConfig config, UUID cluster) throws IOException {
    Backup source = Backup.read(backup);
    if (source.cluster().equals(cluster)) {
      throw new IOException(
          "a restored cluster needs a new name: %s is that of the old one".formatted(cluster));
    }
    source.verify(backup);
    ReplicaDirectory.restore(
        config,
        new Identity(config.id(), cluster, config.peers()),
        source.applied().term(),
        snapshots -> {
          String name =
              "snapshot.%d_%d".formatted(source.applied().term(), source.applied().index());
          Path unfinished = snapshots.resolveSibling("snapshot.new");
          DurableFiles.deleteTree(unfinished);
          Files.createDirectories(unfinished);
          for (Backup.Part part : source.files()) {
            Files.copy(Backup.store(backup).resolve(part.name()), unfinished.resolve(part.name()));
          }
          StoreIdentity.change(unfinished, source.cluster().toString(), cluster.toString());
          Files.createDirectories(snapshots);
          DurableFiles.publish(unfinished, snapshots.resolve(name));
        });
    return source;
  }
}
