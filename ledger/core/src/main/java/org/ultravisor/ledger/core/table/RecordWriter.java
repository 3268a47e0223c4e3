package org.ultravisor.ledger.core.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the canonical, big-endian bytes of a record into a buffer that is used again and again.
 */
public final class RecordWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = new byte[256];
  private int length;

  public RecordWriter clear() {
    length = 0;
    return this;
  }

  public int length() {
    return length;
  }

  /** The buffer; only its first {@link #length()} bytes mean anything. */
  byte[] buffer() {
    return bytes;
  }

  public byte[] copy(int from) {
    return Arrays.copyOfRange(bytes, from, length);
  }

  public RecordWriter u8(int value) {
    room(1);
    bytes[length++] = (byte) value;
    return this;
  }

  public RecordWriter u16(int value) {
    return u8(value >>> 8).u8(value);
  }

  public RecordWriter i32(int value) {
    room(4);
    INT.set(bytes, length, value);
    length += 4;
    return this;
  }

  public RecordWriter i64(long value) {
    room(8);
    LONG.set(bytes, length, value);
    length += 8;
    return this;
  }

  public RecordWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    u16(utf8.length);
    room(utf8.length);
    System.arraycopy(utf8, 0, bytes, length, utf8.length);
    length += utf8.length;
    return this;
  }

  /** A text of any length. */
  public RecordWriter longText(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    i32(utf8.length);
    room(utf8.length);
    System.arraycopy(utf8, 0, bytes, length, utf8.length);
    length += utf8.length;
    return this;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
