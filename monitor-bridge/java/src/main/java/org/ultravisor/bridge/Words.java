package org.ultravisor.bridge;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Little-endian words of shared memory, with the ordering in the method's name. */
final class Words {
  /** Bytes of a name field; a name is at most 64, so it always ends in a zero. */
  static final int NAME_BYTES = 72;

  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();

  static {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new ExceptionInInitializerError("views are little-endian; this machine is not");
    }
  }

  private Words() {}

  static long get(MemorySegment memory, long offset) {
    return memory.get(JAVA_LONG, offset);
  }

  static void set(MemorySegment memory, long offset, long value) {
    memory.set(JAVA_LONG, offset, value);
  }

  static long getAcquire(MemorySegment memory, long offset) {
    return (long) LONG.getAcquire(memory, offset);
  }

  static void setRelease(MemorySegment memory, long offset, long value) {
    LONG.setRelease(memory, offset, value);
  }

  static int getIntVolatile(MemorySegment memory, long offset) {
    return (int) INT.getVolatile(memory, offset);
  }

  static int getInt(MemorySegment memory, long offset) {
    return memory.get(JAVA_INT, offset);
  }

  static void setInt(MemorySegment memory, long offset, int value) {
    memory.set(JAVA_INT, offset, value);
  }

  /** Adds one with a full fence on both sides. */
  static void increment(MemorySegment memory, long offset) {
    INT.getAndAdd(memory, offset, 1);
    VarHandle.fullFence();
  }

  /** Writes eight ASCII characters. */
  static void setMagic(MemorySegment memory, String magic) {
    MemorySegment.copy(
        MemorySegment.ofArray(magic.getBytes(StandardCharsets.US_ASCII)), 0, memory, 0, 8);
  }

  static boolean hasMagic(MemorySegment memory, String magic) {
    byte[] found = memory.asSlice(0, 8).toArray(JAVA_BYTE);
    return new String(found, StandardCharsets.ISO_8859_1).equals(magic);
  }

  static void setName(MemorySegment memory, long offset, String name) {
    HostDirectory.requireName("name", name);
    memory.asSlice(offset, NAME_BYTES).fill((byte) 0);
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, offset, bytes.length);
  }

  /** The text up to the first zero within {@code size} bytes. */
  static String text(MemorySegment memory, long offset, int size) {
    byte[] bytes = memory.asSlice(offset, size).toArray(JAVA_BYTE);
    int length = 0;
    while (length < size && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** CRC-32C of the bytes before {@code end}. */
  static int crc(MemorySegment memory, long end) {
    CRC32C crc = new CRC32C();
    crc.update(memory.asSlice(0, end).asByteBuffer());
    return (int) crc.getValue();
  }

  /** Refuses a layout in which a field is not where the layout's page says. */
  static void requireOffset(MemoryLayout layout, String field, long offset) {
    long found = layout.byteOffset(MemoryLayout.PathElement.groupElement(field));
    if (found != offset) {
      throw new ExceptionInInitializerError(
          "%s is at 0x%x, the layout's page says 0x%x".formatted(field, found, offset));
    }
  }
}
