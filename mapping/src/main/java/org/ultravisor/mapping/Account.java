package org.ultravisor.mapping;

import org.jspecify.annotations.Nullable;

/** What one descriptor holds, as of a version. */
final class Account {
  final int descriptor;
  final long version;
  long frames;

  /** Where it has whole blocks; null until someone searched. */
  @Nullable BlockPage blocks;

  Account(int descriptor, long version) {
    this.descriptor = descriptor;
    this.version = version;
  }

  Account(long version, Account source) {
    this.descriptor = source.descriptor;
    this.version = version;
    this.frames = source.frames;
    this.blocks = source.blocks;
  }
}
