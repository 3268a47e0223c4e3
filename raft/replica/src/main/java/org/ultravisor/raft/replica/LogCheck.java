package org.ultravisor.raft.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Ratis' log before Ratis does. Ratis either refuses a log with a torn last record, which
 * every crash may leave, or, told to be lenient, silently drops all that follows a damaged one. So
 * here: a last record of the open segment that was never finished is cut off (its fsync never
 * returned, so nothing depends on it); anything else that is wrong is refused.
 *
 * <pre>
 *   log_FIRST-LAST, log_inprogress_FIRST:
 *   "RaftLog1"  { length (varint)  entry (length bytes)  CRC-32C of both (4 bytes) }*  zeros
 * </pre>
 */
final class LogCheck {
  /** What to do about a damaged log. */
  static final String REBUILD =
      "This replica cannot be repaired in place: remove it from the cluster, delete its directory"
          + " and add a replica with a new id";

  private static final Logger LOG = LoggerFactory.getLogger(LogCheck.class);
  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.UTF_8);
  private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");
  private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d+)");
  private static final int CHECKSUM_BYTES = 4;

  /**
   * @param last of the entries; -1 while the segment is open
   */
  private record Segment(Path file, long first, long last) {
    boolean open() {
      return last < 0;
    }
  }

  private LogCheck() {}

  /**
   * Checks every segment in a directory.
   *
   * @return the first entry's index; 0 for an empty log
   * @throws IOException if the log is damaged; nothing was changed
   */
  static long check(Path directory) throws IOException {
    List<Segment> segments = segments(directory);
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      if (i > 0 && segments.get(i - 1).last() + 1 != segment.first()) {
        throw new IOException(
            "%s follows %s: a segment is missing. %s"
                .formatted(segment.file(), segments.get(i - 1).file().getFileName(), REBUILD));
      }
      check(segment);
    }
    return segments.isEmpty() ? 0 : segments.getFirst().first();
  }

  private static List<Segment> segments(Path directory) throws IOException {
    List<Segment> segments = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        Matcher closed = CLOSED.matcher(name);
        Matcher open = OPEN.matcher(name);
        if (closed.matches()) {
          segments.add(
              new Segment(file, Long.parseLong(closed.group(1)), Long.parseLong(closed.group(2))));
        } else if (open.matches()) {
          segments.add(new Segment(file, Long.parseLong(open.group(1)), -1));
        }
      }
    }
    segments.sort(Comparator.comparingLong(Segment::first));
    return segments;
  }

  private static void check(Segment segment) throws IOException {
    long torn;
    try (FileChannel file = FileChannel.open(segment.file(), StandardOpenOption.READ)) {
      MappedByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      torn = tornAt(segment, bytes);
    }
    if (torn >= 0) {
      LOG.warn(
          "{}: cutting off a last record that was never finished, at byte {}",
          segment.file(),
          torn);
      try (FileChannel file = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
        file.truncate(torn);
        file.force(true);
      }
    }
  }

  /** Where an unfinished last record begins; -1 if all is well. */
  private static long tornAt(Segment segment, ByteBuffer bytes) throws IOException {
    if (zerosFrom(bytes, 0) || shorterThanHeader(bytes)) {
      if (segment.open()) {
        return -1; // Ratis deletes a segment without any record
      }
      throw damaged(segment, 0, "it has no header");
    }
    for (int i = 0; i < HEADER.length; i++) {
      if (bytes.get(i) != HEADER[i]) {
        throw damaged(segment, i, "its header is not 'RaftLog1'");
      }
    }
    int position = HEADER.length;
    for (long records = 0; position < bytes.limit() && bytes.get(position) != 0; records++) {
      int end = recordEnd(bytes, position);
      if (end < 0) {
        if (segment.open() && unfinished(bytes, position)) {
          return position;
        }
        throw damaged(segment, position, "record " + records + " has a wrong checksum");
      }
      position = end;
    }
    if (!zerosFrom(bytes, position)) {
      throw damaged(segment, position, "there is something after the last record");
    }
    return -1;
  }

  private static boolean shorterThanHeader(ByteBuffer bytes) {
    return bytes.limit() < HEADER.length;
  }

  /** Where the checksum of the record at start lies, by its length; -1 if that makes no sense. */
  private static long checksumAt(ByteBuffer bytes, int start) {
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
  private static int recordEnd(ByteBuffer bytes, int start) {
    long checksumAt = checksumAt(bytes, start);
    if (checksumAt < 0 || checksumAt + CHECKSUM_BYTES > bytes.limit()) {
      return -1;
    }
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.slice(start, (int) checksumAt - start));
    return (int) checksum.getValue() == bytes.getInt((int) checksumAt)
        ? (int) checksumAt + CHECKSUM_BYTES
        : -1;
  }

  /**
   * Whether the record's end was never written: the file ends within it, or holds nothing but zeros
   * from its checksum on. A whole record with a flipped bit has its checksum, and is not taken for
   * an unfinished one; nor is one that would be whole if only its length were another.
   */
  private static boolean unfinished(ByteBuffer bytes, int start) {
    long checksumAt = checksumAt(bytes, start);
    return checksumAt >= 0
        && (checksumAt + CHECKSUM_BYTES > bytes.limit() || zerosFrom(bytes, (int) checksumAt))
        && !wholeWithAnotherLength(bytes, start);
  }

  private static boolean wholeWithAnotherLength(ByteBuffer bytes, int start) {
    int written = bytes.limit();
    while (bytes.get(written - 1) == 0) {
      written--;
    }
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

  private static boolean zerosFrom(ByteBuffer bytes, int start) {
    for (int i = start; i < bytes.limit(); i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static IOException damaged(Segment segment, long at, String what) {
    return new IOException(
        "%s is damaged at byte %d: %s. %s".formatted(segment.file(), at, what, REBUILD));
  }
}
