package org.ultravisor.bridge;

import java.io.IOException;
import java.nio.file.Path;

/** A file in the host's directory is not what its name says. */
public final class LayoutException extends IOException {
  private static final long serialVersionUID = 1;

  /** What is wrong with it. */
  public enum Reason {
    /** Not one of our files. */
    FOREIGN,
    /** A layout version that this program does not know. */
    VERSION,
    /** Shorter than it must be. */
    TRUNCATED,
    /** A field out of range, or a wrong CRC. */
    CORRUPT,
    /** A sound file, but of another partition or host. */
    MISMATCH
  }

  private final Reason reason;

  LayoutException(Reason reason, Path path, String detail) {
    super("%s is %s: %s".formatted(path, describe(reason), detail));
    this.reason = reason;
  }

  private static String describe(Reason reason) {
    return switch (reason) {
      case FOREIGN -> "foreign";
      case VERSION -> "of another layout version";
      case TRUNCATED -> "truncated";
      case CORRUPT -> "corrupt";
      case MISMATCH -> "another's";
    };
  }

  public Reason reason() {
    return reason;
  }
}
