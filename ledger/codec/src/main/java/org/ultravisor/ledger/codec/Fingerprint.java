package org.ultravisor.ledger.codec;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.ultravisor.ledger.core.Transaction;

/**
 * Tells whether two requests under one id ask the same: the first 64 bits of SHA-256 over issuer,
 * preconditions and operations as encoded, without the ids. Any thread.
 */
public final class Fingerprint {
  private static final LedgerCodec CODEC = new LedgerCodec();

  private Fingerprint() {}

  public static long of(Transaction transaction) {
    byte[] content = CODEC.encodeContent(transaction);
    return ofContent(content, Engine.HEADER_BYTES);
  }

  /** The same, of the document of a transaction, which is known to be one. */
  static long ofDocument(byte[] document) {
    int at = Engine.HEADER_BYTES;
    for (int id = 0; id < EnvelopeFormats.IDS_BEFORE_CONTENT; id++) {
      at += numberLength(document, at);
    }
    return ofContent(document, at);
  }

  /** Headers and ids are left out: a retry may come through a build of another version. */
  private static long ofContent(byte[] bytes, int from) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes, from, bytes.length - from);
      return ByteBuffer.wrap(sha256.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Bytes of the number there: seven bits each, at most nine, all but the last with the top bit.
   */
  private static int numberLength(byte[] bytes, int at) {
    int length = 1;
    while (length < 9 && bytes[at + length - 1] < 0) {
      length++;
    }
    return length;
  }
}
