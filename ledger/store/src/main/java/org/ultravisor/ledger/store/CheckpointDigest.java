package org.ultravisor.ledger.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.core.StateHash;
import org.ultravisor.ledger.core.StateRecord;

/**
 * The commitment to a checkpoint: SHA-256 over the line {@code ultravisor checkpoint 1}, the
 * sequence, the state hash (high, low), and of each record in order: table (1 byte), length of the
 * key (4), key, length of the value (4), value; numbers are big-endian.
 */
final class CheckpointDigest {
  private static final byte[] TITLE =
      "ultravisor checkpoint 1\n".getBytes(StandardCharsets.US_ASCII);

  private final MessageDigest digest;
  private long records;

  CheckpointDigest(long sequence, StateHash hash) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    digest.update(TITLE);
    digest.update(
        ByteBuffer.allocate(3 * Long.BYTES)
            .putLong(sequence)
            .putLong(hash.high())
            .putLong(hash.low())
            .array());
  }

  void add(StateRecord record) {
    digest.update((byte) record.table());
    add(record.key());
    add(record.value());
    records++;
  }

  private void add(byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  /** How many records were added. */
  long records() {
    return records;
  }

  /** Ends it; gives how it differs from what was said, or null. */
  @Nullable Difference difference(Compaction said) {
    String commitment = finish();
    return commitment.equals(said.commitment()) && records == said.records()
        ? null
        : new Difference(
            said.through(),
            "commitment to the checkpoint",
            "%s over %d records".formatted(said.commitment(), said.records()),
            "%s over %d".formatted(commitment, records));
  }

  /** Ends it: 64 hexadecimal digits. */
  String finish() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
