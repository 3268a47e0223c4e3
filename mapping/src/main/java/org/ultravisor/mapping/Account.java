package org.ultravisor.mapping;

/** What one descriptor holds, as of a version. */
final class Account {
  final int descriptor;
  final long version;
  long frames;

  Account(int descriptor, long version) {
    this.descriptor = descriptor;
    this.version = version;
  }

  Account(long version, Account source) {
    this.descriptor = source.descriptor;
    this.version = version;
    this.frames = source.frames;
  }
}
