package org.ultravisor.ledger.command.server;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.ultravisor.ledger.command.ErrorReport;
import org.ultravisor.ledger.command.json.BadRequest;

/** What is answered to a request that failed. */
final class Errors {
  private static final Logger LOG = LoggerFactory.getLogger(Errors.class);
  private static final String RETRY_AFTER = "Retry-After";

  private Errors() {}

  /**
   * @param changes whether the request could have changed something, so that an error that is not
   *     definite must not look so
   */
  static Reply reply(Throwable failure, Request request, boolean changes) {
    return switch (cause(failure)) {
      case BadRequest bad ->
          Reply.error(
              new ErrorReport(
                  ErrorReport.Kind.BAD_REQUEST,
                  String.valueOf(bad.getMessage()),
                  Optional.of(bad.pointer()),
                  Optional.of(bad.found()),
                  Optional.of(bad.expected()),
                  Optional.empty()));
      case CommandFailure.NotLeader notLeader -> notLeader(notLeader, request.uri());
      case CommandFailure.Busy busy -> later(ErrorReport.Kind.BUSY, busy);
      case CommandFailure.Unavailable unavailable ->
          later(ErrorReport.Kind.UNAVAILABLE, unavailable);
      case CommandFailure.Compacted compacted ->
          Reply.error(ErrorReport.of(ErrorReport.Kind.COMPACTED, message(compacted)));
      case CommandFailure.TooLarge large ->
          Reply.error(ErrorReport.of(ErrorReport.Kind.TOO_LARGE, message(large)));
      case CommandFailure.OutcomeUnknown unknown ->
          Reply.error(ErrorReport.of(ErrorReport.Kind.OUTCOME_UNKNOWN, message(unknown)));
      case TimeoutException timeout ->
          Reply.error(
              changes
                  ? ErrorReport.of(
                      ErrorReport.Kind.OUTCOME_UNKNOWN,
                      "no answer in time; it may have happened: ask again with the same ids")
                  : ErrorReport.of(ErrorReport.Kind.TIMED_OUT, "no answer in time"));
      case Throwable other -> {
        LOG.error("{} failed", request.uri(), other);
        yield Reply.error(
            ErrorReport.of(
                changes ? ErrorReport.Kind.OUTCOME_UNKNOWN : ErrorReport.Kind.INTERNAL,
                "unexpected: " + other));
      }
    };
  }

  private static Reply notLeader(CommandFailure.NotLeader failure, String uri) {
    Optional<URI> leader = failure.leader();
    ErrorReport report =
        new ErrorReport(
            leader.isPresent() ? ErrorReport.Kind.NOT_LEADER : ErrorReport.Kind.NO_LEADER,
            message(failure),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            leader);
    return leader.isPresent()
        ? Reply.error(report).with("Location", at(leader.get(), uri))
        : Reply.error(report).with(RETRY_AFTER, "1");
  }

  /** The same path and query at another replica. */
  static String at(URI base, String uri) {
    String text = base.toString();
    return (text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + uri;
  }

  private static Reply later(ErrorReport.Kind kind, Throwable failure) {
    return Reply.error(ErrorReport.of(kind, message(failure))).with(RETRY_AFTER, "1");
  }

  private static String message(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  /** What failed, without the wrappers that stages put around it. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException || cause instanceof ExecutionException) {
      Throwable inner = cause.getCause();
      if (inner == null) {
        break;
      }
      cause = inner;
    }
    return cause;
  }
}
