package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the records of journal.c, in the order in which the calls ended. */
final class Journal {
  private static final int HEADER_BYTES = 33;
  private static final List<Change.Kind> KINDS = List.of(Change.Kind.values());

  private Journal() {}

  /**
   * @throws IOException also where the last record is not whole: a process writes them one by one
   */
  static List<Change> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Change> changes = new ArrayList<>();
    while (bytes.hasRemaining()) {
      if (bytes.remaining() < HEADER_BYTES) {
        throw new IOException(file + " ends within a record, after " + changes.size());
      }
      long number = bytes.getLong();
      long result = bytes.getLong();
      long offset = bytes.getLong();
      byte[] data = new byte[bytes.getInt()];
      byte[] path = new byte[Short.toUnsignedInt(bytes.getShort())];
      byte[] other = new byte[Short.toUnsignedInt(bytes.getShort())];
      Change.Kind kind = KINDS.get(bytes.get());
      if (bytes.remaining() < path.length + other.length + data.length) {
        throw new IOException(file + " ends within a record, after " + changes.size());
      }
      bytes.get(path).get(other).get(data);
      changes.add(
          new Change(
              kind,
              number,
              result,
              offset,
              new String(path, StandardCharsets.UTF_8),
              new String(other, StandardCharsets.UTF_8),
              data));
    }
    return changes;
  }
}
