package org.ultravisor.ledger.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.ultravisor.ledger.core.Ledger;
import org.ultravisor.ledger.core.StateImage;
import org.ultravisor.ledger.core.StateRecord;

/** The checkpoints in the family state, behind the records of the state itself. */
final class CheckpointTable {
  /** First byte of the keys; tables of the state are 0 to 127. */
  static final byte MARK = (byte) 0x80;

  private static final int PREFIX = 1 + Long.BYTES;
  private static final int BATCH_BYTES = 1 << 20;

  private final Database database;

  CheckpointTable(Database database) {
    this.database = database;
  }

  /**
   * Writes a checkpoint, in several batches: it counts from when {@link Meta} says so.
   *
   * @param dropped as the compaction is to have it
   */
  Compaction write(StateImage image, long dropped) throws RocksDBException {
    CheckpointDigest digest = new CheckpointDigest(image.sequence(), image.hash());
    Batch batch = database.batch();
    Writer writer = new Writer(image.sequence(), batch, digest);
    image.forEach(writer);
    writer.end();
    return new Compaction(
        image.sequence(), dropped, image.hash(), digest.records(), digest.finish());
  }

  /** The image's visitor may not throw what RocksDB throws, so it is kept for the end. */
  private final class Writer implements StateImage.RecordVisitor {
    private final byte[] prefix;
    private final Batch batch;
    private final CheckpointDigest digest;
    private int bytes;
    private @Nullable RocksDBException failure;

    Writer(long sequence, Batch batch, CheckpointDigest digest) {
      this.prefix = key(sequence);
      this.batch = batch;
      this.digest = digest;
    }

    @Override
    public void visit(int table, byte[] key, byte @Nullable [] value) {
      if (value == null) {
        throw new IllegalStateException("a record of table " + table + " has no value");
      }
      digest.add(new StateRecord(table, key, value));
      byte[] name =
          ByteBuffer.allocate(PREFIX + 1 + key.length)
              .put(prefix)
              .put((byte) table)
              .put(key)
              .array();
      try {
        if (failure == null) {
          batch.put(Family.STATE, name, value);
          bytes += name.length + value.length;
          if (bytes > BATCH_BYTES) {
            write();
          }
        }
      } catch (RocksDBException e) {
        failure = e;
      }
    }

    private void write() throws RocksDBException {
      database.write(batch);
      batch.clear();
      bytes = 0;
    }

    void end() throws RocksDBException {
      if (failure != null) {
        throw failure;
      }
      write();
    }
  }

  /** Reads a checkpoint again; gives what is wrong with it, or null. */
  @Nullable Difference difference(Compaction said) {
    try {
      return scan(
          said.through(),
          key(said.through()),
          records -> {
            CheckpointDigest digest = new CheckpointDigest(said.through(), said.stateHash());
            records.forEachRemaining(digest::add);
            return digest.difference(said);
          });
    } catch (StoreCorruptedException e) {
      return new Difference(
          said.through(), "checkpoint", "a readable one", String.valueOf(e.getMessage()));
    }
  }

  /** The ledger at the checkpoint; its hash and its commitment are the ones said. */
  Ledger load(Compaction said) {
    try {
      return scan(said.through(), key(said.through()), said::restore);
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      // The records are not trusted here: whatever the ledger has against them is the finding.
      throw new StoreCorruptedException(
          "%s, checkpoint at sequence %d: %s"
              .formatted(database.directory(), said.through(), e.getMessage()),
          e);
    }
  }

  /** Records behind one, as many as have so many bytes, at least one if there are more. */
  List<StateRecord> page(Compaction said, byte[] after, int mostBytes) {
    byte[] from = Arrays.copyOf(key(said.through()), PREFIX + after.length);
    System.arraycopy(after, 0, from, PREFIX, after.length);
    return scan(
        said.through(),
        from,
        records -> {
          List<StateRecord> page = new ArrayList<>();
          int bytes = 0;
          while (records.hasNext() && bytes < mostBytes) {
            StateRecord record = records.next();
            if (!isAt(record, after)) {
              page.add(record);
              bytes += record.key().length + record.value().length;
            }
          }
          return page;
        });
  }

  private static boolean isAt(StateRecord record, byte[] position) {
    return position.length == 1 + record.key().length
        && position[0] == record.table()
        && Arrays.equals(position, 1, position.length, record.key(), 0, record.key().length);
  }

  @FunctionalInterface
  private interface Use<T extends @Nullable Object> {
    T of(Iterator<StateRecord> records);
  }

  private <T extends @Nullable Object> T scan(long through, byte[] from, Use<T> use) {
    byte[] end = key(through + 1);
    try {
      return database.scan(
          Family.STATE, from, iterator -> use.of(new StateRecords(iterator, PREFIX, end)));
    } catch (RocksDBException e) {
      throw new StoreCorruptedException(
          "%s, checkpoint at sequence %d cannot be read: %s"
              .formatted(database.directory(), through, e.getMessage()),
          e);
    }
  }

  /** Where the records of a checkpoint begin; all that come before are of earlier ones. */
  static byte[] key(long sequence) {
    return ByteBuffer.allocate(PREFIX).put(MARK).putLong(sequence).array();
  }
}
