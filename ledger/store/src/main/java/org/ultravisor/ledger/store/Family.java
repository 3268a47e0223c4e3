package org.ultravisor.ledger.store;

import java.nio.charset.StandardCharsets;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;

/** A column family; what is in each is in the package's description. */
enum Family {
  META("meta", CompressionType.NO_COMPRESSION),
  LEAVES("leaves", CompressionType.ZSTD_COMPRESSION),
  /** Hashes do not compress. */
  MERKLE("merkle", CompressionType.NO_COMPRESSION),
  STATE("state", CompressionType.ZSTD_COMPRESSION);

  private static final int BLOCK_BYTES = 16 << 10;

  private final String title;
  private final CompressionType compression;

  Family(String title, CompressionType compression) {
    this.title = title;
    this.compression = compression;
  }

  byte[] nameBytes() {
    return title.getBytes(StandardCharsets.UTF_8);
  }

  ColumnFamilyOptions options(long writeBufferBytes, org.rocksdb.Cache cache) {
    return new ColumnFamilyOptions()
        .setCompressionType(compression)
        .setWriteBufferSize(writeBufferBytes)
        .setParanoidFileChecks(true)
        .setForceConsistencyChecks(true)
        .setTableFormatConfig(
            new BlockBasedTableConfig().setBlockSize(BLOCK_BYTES).setBlockCache(cache));
  }

  @Override
  public String toString() {
    return title;
  }
}
