package org.ultravisor.chaos.faults;

/** A call that changes something below the watched directory. */
public final class Change {
  private final Kind kind;
  private final long number;
  private final long result;
  private final long offset;
  private final String path;
  private final String other;
  private final byte[] data;

  /** In the order of {@code enum kind} in faults.h. */
  public enum Kind {
    CREATE,
    WRITE,
    SYNC,
    RENAME,
    UNLINK,
    TRUNCATE,
    ALLOCATE,
    MAKE_DIRECTORY,
    LINK
  }

  /**
   * @param number its place among the process' calls, from 1
   * @param result what the call gave; -1 if it failed
   * @param data what was written; this object's from now on
   */
  Change(Kind kind, long number, long result, long offset, String path, String other, byte[] data) {
    this.kind = kind;
    this.number = number;
    this.result = result;
    this.offset = offset;
    this.path = path;
    this.other = other;
    this.data = data;
  }

  public Kind kind() {
    return kind;
  }

  /** Of a write; the new size of a truncation or allocation. */
  public long offset() {
    return offset;
  }

  /** Below the watched directory. */
  public String path() {
    return path;
  }

  /** Where a rename or link leads; empty otherwise. */
  public String other() {
    return other;
  }

  /** How many bytes were written. */
  public int length() {
    return data.length;
  }

  /** Copies what was written. */
  void copy(byte[] to, int at, int bytes) {
    System.arraycopy(data, 0, to, at, bytes);
  }

  public boolean failed() {
    return result < 0;
  }

  @Override
  public String toString() {
    return "%d %s %s%s"
        .formatted(
            number,
            kind,
            path,
            switch (kind) {
              case WRITE -> " at %d, %d bytes".formatted(offset, data.length);
              case RENAME, LINK -> " to " + other;
              case TRUNCATE, ALLOCATE -> " size " + offset;
              default -> "";
            });
  }
}
