package org.ultravisor.ledger.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/** Values with a CRC-32C before them: damage is found where it is read, not where it is used. */
final class Checksum {
  static final int BYTES = Integer.BYTES;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private Checksum() {}

  static byte[] seal(byte[] value) {
    byte[] sealed = new byte[BYTES + value.length];
    write(value, sealed, 0);
    System.arraycopy(value, 0, sealed, BYTES, value.length);
    return sealed;
  }

  /** Writes the checksum of a value into an array. */
  static void write(byte[] value, byte[] target, int at) {
    INT.set(target, at, of(value, 0));
  }

  /**
   * @param what the value is, for the error
   */
  static byte[] open(byte[] sealed, Supplier<String> what) {
    if (sealed.length < BYTES) {
      throw new StoreCorruptedException(
          "%s: a checksum of 4 bytes expected, found %d bytes"
              .formatted(what.get(), sealed.length));
    }
    int expected = (int) INT.get(sealed, 0);
    int found = of(sealed, BYTES);
    if (expected != found) {
      throw new StoreCorruptedException(
          "%s: CRC-32C %08x expected, found %08x".formatted(what.get(), expected, found));
    }
    return Arrays.copyOfRange(sealed, BYTES, sealed.length);
  }

  private static int of(byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, bytes.length - from);
    return (int) crc.getValue();
  }
}
