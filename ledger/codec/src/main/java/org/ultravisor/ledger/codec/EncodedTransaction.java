package org.ultravisor.ledger.codec;

import org.ultravisor.ledger.core.Submission;
import org.ultravisor.ledger.core.Transaction;

/**
 * A transaction together with the bytes of its document, so that what a client has encoded is
 * encoded by nobody else on its way into the log. Made by {@link LedgerCodec#encoded} and {@link
 * LedgerCodec#received}.
 */
public final class EncodedTransaction {
  private final Submission submission;
  private final byte[] document;

  EncodedTransaction(Submission submission, byte[] document) {
    this.submission = submission;
    this.document = document;
  }

  public Transaction transaction() {
    return submission.transaction();
  }

  /** As it will stand in the log. */
  public Submission submission() {
    return submission;
  }

  /** Bytes that it takes in an entry, about. */
  public int bytes() {
    return document.length;
  }

  /** Its fields as a submission of an entry begins with them. */
  void writeTo(Sink out) {
    out.writeBytes(document, Engine.HEADER_BYTES, document.length - Engine.HEADER_BYTES);
    EnvelopeFormats.stamp(out, submission);
  }

  @Override
  public String toString() {
    return submission.toString();
  }
}
