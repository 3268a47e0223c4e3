package org.ultravisor.ledger.core.table;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link RecordWriter} wrote; too short a record is an {@link IllegalStateException}.
 */
public final class RecordReader {
  private final ByteBuffer bytes;

  public RecordReader(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  public int u8() {
    need(1);
    return bytes.get() & 0xff;
  }

  public int u16() {
    need(2);
    return bytes.getShort() & 0xffff;
  }

  public int i32() {
    need(4);
    return bytes.getInt();
  }

  public long i64() {
    need(8);
    return bytes.getLong();
  }

  public String text() {
    int length = u16();
    need(length);
    byte[] utf8 = new byte[length];
    bytes.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  public String longText() {
    int length = i32();
    need(length);
    byte[] utf8 = new byte[length];
    bytes.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  public boolean more() {
    return bytes.hasRemaining();
  }

  /** Nothing may be left. */
  public void end() {
    if (bytes.hasRemaining()) {
      throw new IllegalStateException(
          "record has %d bytes too many at offset %d"
              .formatted(bytes.remaining(), bytes.position()));
    }
  }

  private void need(int count) {
    if (bytes.remaining() < count) {
      throw new IllegalStateException(
          "record ends at offset %d where %d more bytes were expected"
              .formatted(bytes.limit(), bytes.position() + count - bytes.limit()));
    }
  }
}
