package org.ultravisor.ledger.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Logger;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.LoggerFactory;

/**
 * RocksDB with the store's families. Any thread; a call after {@link #close} is refused rather than
 * left to native code.
 */
final class Database implements AutoCloseable {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("org.rocksdb");

  enum Mode {
    CREATE,
    OPEN,
    READ_ONLY
  }

  /** Work with an iterator, which is closed behind it. */
  @FunctionalInterface
  interface Scan<T extends @Nullable Object> {
    T over(RocksIterator iterator) throws RocksDBException;
  }

  @FunctionalInterface
  private interface Call<T extends @Nullable Object> {
    T run() throws RocksDBException;
  }

  private final Path directory;
  private final long writeBufferBytes;
  private final LRUCache cache;
  private final DBOptions settings;
  private final RocksDB rocks;
  private final Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
  private final WriteOptions unlogged;

  /** In the order in which they are to be closed. */
  private final Deque<AbstractNativeReference> owned = new ArrayDeque<>();

  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;

  private Database(Path directory, StoreOptions options, Mode mode) throws RocksDBException {
    this.directory = directory;
    this.writeBufferBytes = options.writeBufferBytes();
    RocksDB.loadLibrary();
    try {
      cache = own(new LRUCache(options.cacheBytes()));
      Logger logger = own(new LogLines(InfoLogLevel.WARN_LEVEL));
      settings =
          own(new DBOptions())
              .setCreateIfMissing(mode == Mode.CREATE)
              .setCreateMissingColumnFamilies(mode == Mode.CREATE)
              .setErrorIfExists(mode == Mode.CREATE)
              .setParanoidChecks(true)
              .setAtomicFlush(true)
              .setDbWriteBufferSize(options.writeBufferBytes())
              .setStatsDumpPeriodSec(0)
              .setLogger(logger);
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      ColumnFamilyOptions unused = own(new ColumnFamilyOptions());
      families.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, unused));
      for (Family family : Family.values()) {
        families.add(
            new ColumnFamilyDescriptor(
                family.nameBytes(), own(family.options(options.writeBufferBytes(), cache))));
      }
      List<ColumnFamilyHandle> opened = new ArrayList<>();
      rocks =
          mode == Mode.READ_ONLY
              ? RocksDB.openReadOnly(settings, directory.toString(), families, opened)
              : RocksDB.open(settings, directory.toString(), families, opened);
      own(rocks);
      opened.forEach(this::own);
      Iterator<ColumnFamilyHandle> inOrder = opened.subList(1, opened.size()).iterator();
      for (Family family : Family.values()) {
        handles.put(family, inOrder.next());
      }
      unlogged = own(new WriteOptions()).setDisableWAL(true);
    } catch (RocksDBException e) {
      owned.forEach(AbstractNativeReference::close);
      throw e;
    }
  }

  private <T extends AbstractNativeReference> T own(T object) {
    owned.addFirst(object);
    return object;
  }

  /** Opens what a store has written; every failure says what to do about it. */
  static Database open(Path directory, StoreOptions options, Mode mode) {
    if (mode != Mode.CREATE && !Files.exists(directory.resolve("CURRENT"))) {
      throw new StoreCorruptedException(directory + " is not a store: its file CURRENT is missing");
    }
    try {
      return new Database(directory, options, mode);
    } catch (RocksDBException e) {
      if (String.valueOf(e.getMessage()).contains("/LOCK:")) {
        throw new StoreInUseException(directory, e);
      }
      String message = directory + " cannot be opened: " + e.getMessage();
      throw isDamage(e)
          ? new StoreCorruptedException(message, e)
          : new StoreFailedException(message, e);
    }
  }

  /** Corruption, or an error that is not the disk's: a file that the store needs is not there. */
  private static boolean isDamage(RocksDBException e) {
    return e.getStatus() == null
        || e.getStatus().getCode() != Status.Code.IOError
        || String.valueOf(e.getMessage()).contains("No such file");
  }

  Path directory() {
    return directory;
  }

  byte @Nullable [] get(Family family, byte[] key) throws RocksDBException {
    return using(() -> rocks.get(handle(family), key));
  }

  <T extends @Nullable Object> T scan(Family family, byte[] from, Scan<T> scan)
      throws RocksDBException {
    return using(
        () -> {
          try (RocksIterator iterator = rocks.newIterator(handle(family))) {
            iterator.seek(from);
            T result = scan.over(iterator);
            iterator.status();
            return result;
          }
        });
  }

  /** Writes all of the batch or nothing, to memory: {@link #flush} makes it durable. */
  void write(Batch batch) throws RocksDBException {
    using(
        () -> {
          try (WriteBatch changes = batch.toRocks()) {
            rocks.write(unlogged, changes);
          }
          return batch;
        });
  }

  /** All that was written before is durable when this returns. */
  void flush() throws RocksDBException {
    using(
        () -> {
          try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            rocks.flush(options, List.copyOf(handles.values()));
            return options;
          }
        });
  }

  /** Records of a family that no file has yet, about. */
  long unflushed(Family family) throws RocksDBException {
    return using(
        () ->
            rocks.getLongProperty(handle(family), "rocksdb.num-entries-active-mem-table")
                + rocks.getLongProperty(handle(family), "rocksdb.num-entries-imm-mem-tables"));
  }

  /** For records that {@link #ingest} is to take in. */
  StateFile stateFile() {
    return new StateFile(
        directory, new Options(settings, Family.STATE.options(writeBufferBytes, cache)));
  }

  /** Takes files of the state in, all or none, durably; they are no longer where they were. */
  void ingest(List<String> files) throws RocksDBException {
    using(
        () -> {
          try (IngestExternalFileOptions how = new IngestExternalFileOptions().setMoveFiles(true)) {
            rocks.ingestExternalFile(handle(Family.STATE), files, how);
            return how;
          }
        });
  }

  /**
   * Rewrites the files of a range of keys without what was deleted from it.
   *
   * @param how the caller's, who may cancel it
   */
  void compact(Family family, byte[] from, byte[] to, CompactRangeOptions how)
      throws RocksDBException {
    using(
        () -> {
          rocks.compactRange(handle(family), from, to, how);
          return how;
        });
  }

  /** A copy made of hard links in a directory that does not exist yet. */
  void checkpoint(Path to) throws RocksDBException {
    using(
        () -> {
          try (Checkpoint checkpoint = Checkpoint.create(rocks)) {
            checkpoint.createCheckpoint(to.toString());
            return checkpoint;
          }
        });
  }

  /** Reads every block of every file. */
  void verifyFiles() throws RocksDBException {
    using(
        () -> {
          rocks.verifyChecksum();
          return rocks;
        });
  }

  Batch batch() {
    return new Batch(family -> handle(family).getID());
  }

  private ColumnFamilyHandle handle(Family family) {
    ColumnFamilyHandle handle = handles.get(family);
    if (handle == null) {
      throw new IllegalStateException("no column family " + family);
    }
    return handle;
  }

  private <T extends @Nullable Object> T using(Call<T> call) throws RocksDBException {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the store in " + directory + " is closed");
      }
      return call.run();
    } finally {
      use.readLock().unlock();
    }
  }

  /** Waits for running calls. What was written is flushed. */
  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        owned.forEach(AbstractNativeReference::close);
      }
    } finally {
      use.writeLock().unlock();
    }
  }

  /** RocksDB's warnings go where ours go. */
  private static final class LogLines extends Logger {
    LogLines(InfoLogLevel level) {
      super(level);
    }

    @Override
    protected void log(InfoLogLevel level, String line) {
      if (level == InfoLogLevel.WARN_LEVEL) {
        LOG.warn(line);
      } else if (level == InfoLogLevel.ERROR_LEVEL || level == InfoLogLevel.FATAL_LEVEL) {
        LOG.error(line);
      }
    }
  }
}
