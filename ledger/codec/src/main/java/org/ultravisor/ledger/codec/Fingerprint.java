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
    try {
      byte[] content = CODEC.encodeContent(transaction);
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      // Without the header: a retry may come through a build of another version.
      sha256.update(content, Engine.HEADER_BYTES, content.length - Engine.HEADER_BYTES);
      return ByteBuffer.wrap(sha256.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
