package org.ultravisor.ledger.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;
import org.ultravisor.ledger.core.StateImage;

/**
 * Writes changes of the state into table files beside the store, which then takes them in whole
 * ({@link Database#ingest}). A batch of as many records would go through memory, and whoever
 * commits an entry meanwhile would wait until it is there. One thread, once.
 */
final class StateFile implements StateImage.RecordVisitor, AutoCloseable {
  private static final String PREFIX = "state-";
  private static final String SUFFIX = ".unfinished";

  private final Path directory;
  private final EnvOptions environment = new EnvOptions();
  private final Options options;
  private final List<String> files = new ArrayList<>();
  private @Nullable SstFileWriter writer;
  private byte[] last = {};
  private long records;

  /** The visitor may not throw what RocksDB throws, so it is kept for the end. */
  private @Nullable RocksDBException failure;

  /**
   * @param options of the column family state; this object's from now on
   */
  StateFile(Path directory, Options options) {
    this.directory = directory;
    this.options = options;
  }

  @Override
  public void visit(int table, byte[] key, byte @Nullable [] value) {
    if (failure != null) {
      return;
    }
    try {
      add(StateTable.name(table, key), value);
    } catch (RocksDBException e) {
      failure = e;
    }
  }

  /** Adds the end: how far the state has come. Gives the files, which are durable. */
  List<String> finish(Flushed flushed) throws RocksDBException {
    if (failure != null) {
      throw failure;
    }
    add(StateTable.flushedKey(), StateTable.flushedValue(flushed));
    finishFile();
    return files;
  }

  /** How many records were added. */
  long records() {
    return records;
  }

  private void add(byte[] name, byte @Nullable [] value) throws RocksDBException {
    SstFileWriter into = writer;
    if (into == null || Arrays.compareUnsigned(name, last) <= 0) {
      // A file's keys ascend. Of files with the same key the store believes the later one.
      into = beginFile();
    }
    if (value == null) {
      into.delete(name);
    } else {
      into.put(name, value);
    }
    last = name;
    records++;
  }

  private SstFileWriter beginFile() throws RocksDBException {
    finishFile();
    String file = directory.resolve(PREFIX + files.size() + SUFFIX).toString();
    SstFileWriter begun = new SstFileWriter(environment, options);
    writer = begun;
    begun.open(file);
    files.add(file);
    return begun;
  }

  private void finishFile() throws RocksDBException {
    SstFileWriter finished = writer;
    if (finished != null) {
      finished.finish();
      finished.close();
      writer = null;
    }
  }

  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
    options.close();
    environment.close();
  }

  /** Deletes what was never taken in, or was and has kept its name, because of a crash. */
  static void deleteLeftovers(Path directory) throws IOException {
    for (Path file : DurableFiles.list(directory)) {
      String name = file.getFileName().toString();
      if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
        Files.delete(file);
      }
    }
  }
}
