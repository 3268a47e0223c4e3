package org.ultravisor.ledger.command.frame;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ultravisor.ledger.codec.LedgerCodec;

/**
 * Frames in a stream of bytes. All numbers have their most significant byte first:
 *
 * <pre>
 *   offset size field
 *        0    4 length   of everything behind this field: 9 and more
 *        4    1 kind     a {@link FrameKind}
 *        5    8 id       of the question, chosen by who asks; its answer has the same
 *       13      payload  a document of {@code ledger/codec}
 * </pre>
 *
 * <p>One thread at a time.
 */
public final class Frames {
  /** Name of the protocol and its version, as the HTTP upgrade has it. */
  public static final String PROTOCOL = "ultravisor/1";

  /** Where the upgrade is asked for. */
  public static final String PATH = "/v1/channel";

  /** The longest payload of a question: a transaction that an entry of the log can hold. */
  public static final int MOST_QUESTION_BYTES = LedgerCodec.DEFAULT_MAX_ENTRY_BYTES;

  /** The longest payload of an answer; some operations have hundreds of thousands of events. */
  public static final int MOST_ANSWER_BYTES = 1 << 30;

  /** The id of an error that belongs to no question. */
  public static final long NO_ID = -1;

  static final int LENGTH_BYTES = 4;
  static final int HEADER_BYTES = LENGTH_BYTES + 1 + 8;

  /** A frame that came. */
  public static final class Frame {
    private final FrameKind kind;
    private final long id;
    private final byte[] payload;

    Frame(FrameKind kind, long id, byte[] payload) {
      this.kind = kind;
      this.id = id;
      this.payload = payload;
    }

    public FrameKind kind() {
      return kind;
    }

    public long id() {
      return id;
    }

    /** The receiver's own. */
    public byte[] payload() {
      return payload;
    }
  }

  /** What came are no frames; nothing behind it can be understood. */
  public static final class FrameException extends Exception {
    private static final long serialVersionUID = 1;

    public FrameException(String message) {
      super(message);
    }
  }

  private final boolean questions;
  private final int mostBytes;
  private @Nullable Buffer rest;
  private boolean own; // whether rest was made here
  private int at;

  private Frames(boolean questions, int mostBytes) {
    this.questions = questions;
    this.mostBytes = mostBytes;
  }

  /** Reads what clients send. */
  public static Frames ofQuestions() {
    return new Frames(true, MOST_QUESTION_BYTES);
  }

  /** Reads what servers send. */
  public static Frames ofAnswers() {
    return new Frames(false, MOST_ANSWER_BYTES);
  }

  /** Appends a frame. */
  public static void append(Buffer to, FrameKind kind, long id, byte[] payload) {
    to.appendInt(HEADER_BYTES - LENGTH_BYTES + payload.length)
        .appendByte((byte) kind.code())
        .appendLong(id)
        .appendBytes(payload);
  }

  /** More bytes of the stream. */
  public void feed(Buffer bytes) {
    Buffer before = rest;
    if (before == null || at == before.length()) {
      rest = bytes;
      own = false;
    } else if (own && at == 0) {
      before.appendBuffer(bytes); // grows by doubling, whatever pieces a long frame comes in
    } else {
      rest =
          Buffer.buffer(before.length() - at + bytes.length())
              .appendBuffer(before, at, before.length() - at)
              .appendBuffer(bytes);
      own = true;
    }
    at = 0;
  }

  /** The next whole frame, if all of it has come. After an exception there are no others. */
  public Optional<Frame> next() throws FrameException {
    Buffer bytes = rest;
    int have = bytes == null ? 0 : bytes.length() - at;
    if (bytes == null || have < LENGTH_BYTES) {
      return Optional.empty();
    }
    long length = bytes.getUnsignedInt(at);
    long longest = HEADER_BYTES - LENGTH_BYTES + (long) mostBytes;
    if (length < HEADER_BYTES - LENGTH_BYTES || length > longest) {
      throw new FrameException(
          "a frame's length in %d..%d expected, found %d"
              .formatted(HEADER_BYTES - LENGTH_BYTES, longest, length));
    }
    if (have > LENGTH_BYTES) {
      kind(bytes.getByte(at + LENGTH_BYTES));
    }
    if (have - LENGTH_BYTES < length) {
      return Optional.empty();
    }
    FrameKind kind = kind(bytes.getByte(at + LENGTH_BYTES));
    long id = bytes.getLong(at + LENGTH_BYTES + 1);
    int end = at + LENGTH_BYTES + (int) length;
    byte[] payload = bytes.getBytes(at + HEADER_BYTES, end);
    at = end;
    return Optional.of(new Frame(kind, id, payload));
  }

  private FrameKind kind(int code) throws FrameException {
    FrameKind kind = FrameKind.of(code);
    if (kind == null || kind.question() != questions) {
      throw new FrameException(
          "a frame's kind in %s expected, found %d"
              .formatted(FrameKind.codes(questions), code & 0xff));
    }
    return kind;
  }
}
