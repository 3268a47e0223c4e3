package org.ultravisor.ledger.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;

/**
 * RocksDB's native library, which is unpacked into a file before it is loaded. RocksDB would choose
 * a new name in the temporary directory each time and delete it at an orderly end, so that every
 * process that is killed left a copy.
 */
public final class StoreLibrary {
  private StoreLibrary() {}

  /**
   * Loads the library from a directory in which it always has the same name. The first call before
   * any store is opened decides; later ones do nothing.
   *
   * @param directory of one process at a time: it is created, and what lies there is replaced
   */
  public static void loadFrom(Path directory) throws IOException {
    Files.createDirectories(directory);
    NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
  }
}
