package org.ultravisor.raft.replica;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * One record of Ratis' log, {@code length (varint) entry checksum (4 bytes)}, at its place in a
 * segment; and what a crash may leave of one: its first bytes, and then the segment's end or zeros.
 *
 * @param bytes the segment's
 * @param start where the record begins
 */
record LogRecord(ByteBuffer bytes, int start) {
  private static final int CHECKSUM_BYTES = 4;

  /** Field 1 of Ratis' LogEntryProto, a varint. */
  private static final byte TERM_FIELD = 1 << 3;

  /** Where the checksum lies, by the length; -1 if that makes no sense. */
  private long checksumAt() {
    long length = 0;
    int position = start;
    for (int shift = 0; shift <= 28; shift += 7) {
      if (position >= bytes.limit()) {
        return position; // the file ends within the length
      }
      byte next = bytes.get(position++);
      length |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return position + length;
      }
    }
    return -1;
  }

  /** Where the record ends; -1 if it is not whole. */
  int end() {
    long checksumAt = checksumAt();
    return contentIsThere(checksumAt)
            && checksum((int) checksumAt) == bytes.getInt((int) checksumAt)
        ? (int) checksumAt + CHECKSUM_BYTES
        : -1;
  }

  private boolean contentIsThere(long checksumAt) {
    return checksumAt >= 0 && checksumAt + CHECKSUM_BYTES <= bytes.limit();
  }

  private int checksum(int checksumAt) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.slice(start, checksumAt - start));
    return (int) checksum.getValue();
  }

  /** The entry, of a record that has its length. */
  ByteBuffer entry() {
    int position = start;
    while (bytes.get(position++) < 0) {
      // a byte of the length that is not its last
    }
    return bytes.slice(position, (int) checksumAt() - position);
  }

  /**
   * Whether the record's end was never written: the file ends within it, or has nothing but zeros
   * from some byte on that is not behind the checksum's third. A whole record with a flipped bit is
   * not taken for an unfinished one; nor is one that would be whole if only its length were
   * another, or behind which there are whole ones: then it is its length that is damaged.
   */
  boolean isUnfinished() {
    long checksumAt = checksumAt();
    int written = written();
    if (checksumAt < 0 || wholeWithAnotherLength(written) || wholeOnesBehind(written)) {
      return false;
    }
    return !contentIsThere(checksumAt)
        || zerosFrom(bytes, (int) checksumAt + checksumBytesWritten((int) checksumAt));
  }

  /**
   * Whether only the checksum's last byte is not what it should be, and zero. Then all of the entry
   * is there. A crash may leave that; but so may a flipped bit of a record that was acknowledged,
   * so it may not be cut off.
   */
  boolean isAllButItsLastByte() {
    long checksumAt = checksumAt();
    return contentIsThere(checksumAt)
        && checksumBytesWritten((int) checksumAt) == CHECKSUM_BYTES - 1
        && zerosFrom(bytes, (int) checksumAt + CHECKSUM_BYTES - 1);
  }

  /** The checksum as it should be, and where. */
  ByteBuffer checksumBytes() {
    return ByteBuffer.allocate(CHECKSUM_BYTES).putInt(checksum((int) checksumAt())).flip();
  }

  int checksumOffset() {
    return (int) checksumAt();
  }

  /** How many of the checksum's bytes are what they should be, before the first that is not. */
  private int checksumBytesWritten(int checksumAt) {
    ByteBuffer expected = checksumBytes();
    int same = 0;
    while (same < CHECKSUM_BYTES && expected.get(same) == bytes.get(checksumAt + same)) {
      same++;
    }
    return same;
  }

  /** Where the zeros at the segment's end begin. */
  private int written() {
    int written = bytes.limit();
    while (bytes.get(written - 1) == 0) {
      written--;
    }
    return written;
  }

  /** Whether from some byte on whole records fill the segment. */
  private boolean wholeOnesBehind(int written) {
    for (int from = start + 1; from < written; from++) {
      int next = from;
      while (next >= 0 && next < written) {
        LogRecord record = new LogRecord(bytes, next);
        next = record.beginsAnEntry() ? record.end() : -1;
      }
      if (next >= written) {
        return true;
      }
    }
    return false;
  }

  /** Every entry begins with its term; quickly said, unlike whether its checksum is right. */
  private boolean beginsAnEntry() {
    int position = start;
    while (position < bytes.limit() && bytes.get(position) < 0) {
      position++;
    }
    return position + 1 < bytes.limit() && bytes.get(position + 1) == TERM_FIELD;
  }

  private boolean wholeWithAnotherLength(int written) {
    // The checksum itself may end in zeros.
    int last = Math.min(written + CHECKSUM_BYTES - 1, bytes.limit());
    for (int end = Math.max(written, start + CHECKSUM_BYTES + 1); end <= last; end++) {
      int checksumAt = end - CHECKSUM_BYTES;
      for (int lengthBytes = 1; lengthBytes <= 5; lengthBytes++) {
        int length = checksumAt - start - lengthBytes;
        if (length >= 0
            && varint(length).length == lengthBytes
            && checksum(varint(length), bytes.slice(start + lengthBytes, length))
                == bytes.getInt(checksumAt)) {
          return true;
        }
      }
    }
    return false;
  }

  private static int checksum(byte[] length, ByteBuffer entry) {
    CRC32C checksum = new CRC32C();
    checksum.update(length);
    checksum.update(entry);
    return (int) checksum.getValue();
  }

  private static byte[] varint(int value) {
    byte[] bytes = new byte[5];
    int count = 0;
    int rest = value;
    for (; rest >= 0x80; rest >>>= 7) {
      bytes[count++] = (byte) (rest | 0x80);
    }
    bytes[count++] = (byte) rest;
    return Arrays.copyOf(bytes, count);
  }

  static boolean zerosFrom(ByteBuffer bytes, int start) {
    for (int i = start; i < bytes.limit(); i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
