package org.ultravisor.ledger.codec;

/** Bytes that are not what they should be, or a value too large to be written. Nothing changed. */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message what was read or written, at which byte, and what was expected there
   */
  public CodecException(String message) {
    super(message);
  }

  CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
