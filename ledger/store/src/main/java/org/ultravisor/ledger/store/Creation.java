package org.ultravisor.ledger.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.StateImage;

/** Makes the directory of an empty ledger, which appears whole or not at all. */
final class Creation {
  private Creation() {}

  /** Whether there is nothing yet: no directory, or an empty one. */
  static boolean due(Path directory) {
    try {
      return !Files.exists(directory) || DurableFiles.list(directory).isEmpty();
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  static void create(Path directory, StoreOptions options) {
    Path unfinished = directory.resolveSibling(directory.getFileName() + ".unfinished");
    try {
      Files.createDirectories(DurableFiles.parent(directory));
      DurableFiles.deleteTree(unfinished);
      Files.createDirectory(unfinished);
      try (Database database = Database.open(unfinished, options, Database.Mode.CREATE);
          StateImage empty = new Ledger().image()) {
        Batch batch = database.batch();
        Meta.identify(batch, options.identity());
        Meta.applied(batch, Applied.nothing(empty.hash()));
        StateTable.put(batch, empty);
        database.write(batch);
        database.flush();
      }
      DurableFiles.syncAll(unfinished);
      DurableFiles.publish(unfinished, directory);
    } catch (IOException | RocksDBException e) {
      throw failed(directory, e);
    }
  }

  private static StoreFailedException failed(Path directory, Exception e) {
    return new StoreFailedException(directory + " cannot be created: " + e.getMessage(), e);
  }
}
