package org.ultravisor.raft.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Ratis' log before Ratis does. Ratis either refuses a log with a torn last record, which
 * every crash may leave, or, told to be lenient, silently drops all that follows a damaged one. So
 * here: a last record of the open segment that was never finished is cut off (its fsync never
 * returned, so nothing depends on it), or finished where all of its entry is there; anything else
 * that is wrong is refused.
 *
 * <pre>
 *   log_FIRST-LAST, log_inprogress_FIRST:
 *   "RaftLog1"  { length (varint)  entry (length bytes)  CRC-32C of both (4 bytes) }*  zeros
 * </pre>
 */
final class LogCheck {
  /** What to do about a damaged log. */
  static final String REBUILD =
      "This replica cannot be repaired in place; rebuild it from the others (ultravisor cluster"
          + " replace) or from a backup (ultravisor cluster restore)";

  private static final Logger LOG = LoggerFactory.getLogger(LogCheck.class);
  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.UTF_8);
  private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");
  private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d+)");

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
   * @throws IOException if the log is damaged; nothing was changed
   */
  static LogExtent check(Path directory) throws IOException {
    List<Segment> segments = segments(directory);
    Records records = new Records(0, 0);
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      if (i > 0 && segments.get(i - 1).last() + 1 != segment.first()) {
        throw new IOException(
            "%s follows %s: a segment is missing. %s"
                .formatted(segment.file(), segments.get(i - 1).file().getFileName(), REBUILD));
      }
      records = check(segment);
    }
    if (segments.isEmpty()) {
      return new LogExtent(directory, 0, -1, 0);
    }
    Segment last = segments.getLast();
    return new LogExtent(
        directory,
        segments.getFirst().first(),
        last.first() + records.count() - 1,
        lastTerm(segments, records));
  }

  /** The last segment may be empty; the one before it never is. */
  private static long lastTerm(List<Segment> segments, Records records) throws IOException {
    if (records.count() == 0 && segments.size() > 1) {
      return check(segments.get(segments.size() - 2)).lastTerm();
    }
    return records.lastTerm();
  }

  /** The files of the log. */
  static List<Path> files(Path directory) throws IOException {
    return segments(directory).stream().map(Segment::file).toList();
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

  /** What a segment holds: how many entries, and the term of the last of them. */
  private record Records(int count, long lastTerm) {}

  /** The records of a segment, from which what a crash left unfinished was taken away. */
  private static Records check(Segment segment) throws IOException {
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Files.readAllBytes(segment.file()));
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be read (%s). %s".formatted(segment.file(), e.getMessage(), REBUILD), e);
    }
    int header = headerBytes(bytes);
    if (header < HEADER.length) {
      if (segment.open() && LogRecord.zerosFrom(bytes, header)) {
        return new Records(0, 0); // never finished; Ratis deletes a segment without any record
      }
      throw damaged(segment, header, "its header is not 'RaftLog1'");
    }
    int count = 0;
    @Nullable LogRecord last = null;
    int position = HEADER.length;
    while (position < bytes.limit() && bytes.get(position) != 0) {
      LogRecord record = new LogRecord(bytes, position);
      int end = record.end();
      if (end < 0) {
        if (segment.open() && record.isAllButItsLastByte()) {
          finish(segment, record);
          return new Records(count + 1, termOf(segment, record));
        }
        if (segment.open() && record.isUnfinished()) {
          cut(segment, position);
          return new Records(count, last == null ? 0 : termOf(segment, last));
        }
        throw damaged(segment, position, "record " + count + " has a wrong checksum");
      }
      count++;
      last = record;
      position = end;
    }
    if (!LogRecord.zerosFrom(bytes, position)) {
      throw damaged(segment, position, "there is something after the last record");
    }
    if (!segment.open() && count != segment.last() - segment.first() + 1) {
      throw damaged(segment, position, "it has %d records".formatted(count));
    }
    return new Records(count, last == null ? 0 : termOf(segment, last));
  }

  /** How many of the header's bytes the file begins with. */
  private static int headerBytes(ByteBuffer bytes) {
    int count = 0;
    while (count < Math.min(HEADER.length, bytes.limit()) && bytes.get(count) == HEADER[count]) {
      count++;
    }
    return count;
  }

  private static void cut(Segment segment, int at) throws IOException {
    LOG.warn(
        "{}: cutting off a last record that was never finished, at byte {}", segment.file(), at);
    try (FileChannel file = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
      file.truncate(at);
      file.force(true);
    }
  }

  /** Writes what is missing: this may also be a whole record, with one byte that the disk lost. */
  private static void finish(Segment segment, LogRecord record) throws IOException {
    LOG.warn("{}: finishing the last record, at byte {}", segment.file(), record.start());
    ByteBuffer checksum = record.checksumBytes();
    try (FileChannel file = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
      while (checksum.hasRemaining()) {
        file.write(checksum, record.checksumOffset() + (long) checksum.position());
      }
      file.force(true);
    }
  }

  private static long termOf(Segment segment, LogRecord record) throws IOException {
    try {
      return LogEntryProto.parseFrom(record.entry()).getTerm();
    } catch (InvalidProtocolBufferException e) {
      throw damaged(segment, record.start(), "its last record is no log entry");
    }
  }

  private static IOException damaged(Segment segment, long at, String what) {
    return new IOException(
        "%s is damaged at byte %d: %s. %s".formatted(segment.file(), at, what, REBUILD));
  }
}
