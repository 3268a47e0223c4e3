package org.ultravisor.ledger.codec;

import java.util.function.Function;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.Transaction;

/** A value with the pair of methods that write and read it. */
record Document<T>(T value, Function<T, byte[]> encoder, Function<byte[], T> decoder) {
  static Document<Transaction> transaction(LedgerCodec codec, Transaction value) {
    return new Document<>(value, codec::encodeTransaction, codec::decodeTransaction);
  }

  static Document<Outcome> outcome(LedgerCodec codec, Outcome value) {
    return new Document<>(value, codec::encodeOutcome, codec::decodeOutcome);
  }

  static Document<AuditLeaf> leaf(LedgerCodec codec, AuditLeaf value) {
    return new Document<>(value, codec::encodeLeaf, codec::decodeLeaf);
  }

  static Document<Entry> entry(LedgerCodec codec, Entry value) {
    return new Document<>(value, codec::encodeEntry, codec::decodeEntry);
  }

  byte[] encode() {
    return encoder.apply(value);
  }

  T decode(byte[] bytes) {
    return decoder.apply(bytes);
  }

  /** Decodes and encodes what came out: equal bytes show that nothing was lost. */
  byte[] recode(byte[] bytes) {
    return encoder.apply(decoder.apply(bytes));
  }
}
