package org.ultravisor.ledger.command;

import java.net.URI;
import java.util.Optional;

/**
 * Why there is no answer. Nothing is said here about a transaction's fate except by {@code error}:
 * only OUTCOME_UNKNOWN leaves it open; with every other error this attempt changed nothing.
 *
 * @param error what kind, for programs
 * @param message one sentence for people
 * @param pointer where in the body, as a JSON pointer
 * @param found what stands there
 * @param expected what should
 * @param leader where to ask instead
 */
public record ErrorReport(
    Kind error,
    String message,
    Optional<String> pointer,
    Optional<String> found,
    Optional<String> expected,
    Optional<URI> leader) {

  /** The kinds of error, each with its HTTP status. */
  public enum Kind {
    BAD_REQUEST(400),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    /** Leaves that were forgotten on purpose; the message says which is the first that is kept. */
    COMPACTED(410),
    TOO_LARGE(413),
    UNSUPPORTED_MEDIA_TYPE(415),
    BUSY(429),
    NOT_LEADER(307),
    NO_LEADER(503),
    UNAVAILABLE(503),
    OUTCOME_UNKNOWN(504),
    TIMED_OUT(504),
    INTERNAL(500);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  public static ErrorReport of(Kind kind, String message) {
    return new ErrorReport(
        kind, message, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
