package org.ultravisor.ledger.store;

import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/** Hands a copied store over to another ledger: a cluster that begins where another was. */
public final class StoreIdentity {
  private StoreIdentity() {}

  /**
   * Changes to which ledger a store belongs; all else stays as it is. The store is not open, and is
   * durable afterwards.
   *
   * @param from whose it must be now
   */
  public static void change(Path directory, String from, String to) throws IOException {
    StoreOptions options = StoreOptions.DEFAULT.withIdentity(from);
    try (Database database = Database.open(directory, options, Database.Mode.OPEN)) {
      new Meta(database).requireIdentity(from);
      Batch batch = database.batch();
      Meta.identify(batch, to);
      database.write(batch);
      database.flush();
    } catch (RocksDBException e) {
      throw new IOException(directory + " cannot be changed: " + e.getMessage(), e);
    }
    DurableFiles.syncAll(directory);
  }
}
