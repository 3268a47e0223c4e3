package org.ultravisor.ledger.command.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a frame asks or answers, and the number that says so. Numbers are never reused. */
public enum FrameKind {
  SUBMIT(1, true),
  OPEN_SESSION(2, true),
  OWNERS(3, true),
  REQUEST_STATUS(4, true),
  PING(5, true),

  OUTCOME(65, false),
  SESSION(66, false),
  PAGES(67, false),
  STATUS(68, false),
  STANDING(69, false),
  ERROR(70, false);

  private static final @Nullable FrameKind[] BY_CODE = new FrameKind[128];

  static {
    for (FrameKind kind : values()) {
      BY_CODE[kind.code] = kind;
    }
  }

  private final int code;
  private final boolean question;

  FrameKind(int code, boolean question) {
    this.code = code;
    this.question = question;
  }

  public int code() {
    return code;
  }

  /** Whether clients send it; servers send the others. */
  public boolean question() {
    return question;
  }

  /** The kind of this number; null if there is none. */
  static @Nullable FrameKind of(int code) {
    return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
  }

  /** The questions, or the answers, for messages. */
  static String codes(boolean questions) {
    return Arrays.stream(values())
        .filter(kind -> kind.question == questions)
        .map(kind -> kind.code + " " + kind)
        .toList()
        .toString();
  }
}
