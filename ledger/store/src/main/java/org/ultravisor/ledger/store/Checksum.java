package org.ultravisor.ledger.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Values with a CRC-32C before them: damage is found where it is read, not where it is used. */
final class Checksum {
  private Checksum() {}

  static byte[] seal(byte[] value) {
    return ByteBuffer.allocate(Integer.BYTES + value.length)
        .putInt(of(value, 0))
        .put(value)
        .array();
  }

  /**
   * @param what the value is, for the error
   */
  static byte[] open(byte[] sealed, String what) {
    if (sealed.length < Integer.BYTES) {
      throw new StoreCorruptedException(
          "%s: a checksum of 4 bytes expected, found %d bytes".formatted(what, sealed.length));
    }
    int expected = ByteBuffer.wrap(sealed).getInt();
    int found = of(sealed, Integer.BYTES);
    if (expected != found) {
      throw new StoreCorruptedException(
          "%s: CRC-32C %08x expected, found %08x".formatted(what, expected, found));
    }
    return Arrays.copyOfRange(sealed, Integer.BYTES, sealed.length);
  }

  private static int of(byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, bytes.length - from);
    return (int) crc.getValue();
  }
}
