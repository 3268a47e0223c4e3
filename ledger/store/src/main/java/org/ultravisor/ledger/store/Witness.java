package org.ultravisor.ledger.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The log index that a store was said to be durable at, in a file of its own beside RocksDB's.
 * RocksDB takes a manifest that was cut short for one that never went on, and opens as of then; the
 * log may have been cut since. Checkpoints have no witness until they are flushed as stores.
 */
final class Witness {
  private static final String FILE = "DURABLE";

  private Witness() {}

  static void write(Path directory, Applied durable) throws IOException {
    byte[] index = ByteBuffer.allocate(Long.BYTES).putLong(durable.index()).array();
    DurableFiles.write(directory.resolve(FILE), Checksum.seal(index));
  }

  /** Refuses a store that has gone back behind what it was said to be durable at. */
  static void check(Path directory, Applied applied) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    try {
      byte[] index = Checksum.open(Files.readAllBytes(file), file::toString);
      if (index.length != Long.BYTES) {
        throw new StoreCorruptedException(file + ": 8 bytes expected, found " + index.length);
      }
      long durable = ByteBuffer.wrap(index).getLong();
      if (applied.index() < durable) {
        throw new StoreCorruptedException(
            "%s was durable at index %d and opens at %d: its manifest has lost something"
                .formatted(directory, durable, applied.index()));
      }
    } catch (IOException e) {
      throw new StoreCorruptedException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
