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

  private Errors() {}

  /**
   * @param changes whether the request could have changed something, so that an error that is not
   *     definite must not look so
   */
  static Reply reply(Throwable failure, Request request, boolean changes) {
    ErrorReport report = report(failure, request.uri(), changes);
    Reply reply = Reply.error(report);
    return switch (report.error()) {
      case NOT_LEADER ->
          report
              .leader()
              .map(leader -> reply.with("Location", at(leader, request.uri())))
              .orElse(reply);
      case NO_LEADER, BUSY, UNAVAILABLE -> reply.with("Retry-After", "1");
      default -> reply;
    };
  }

  /**
   * What is wrong, without regard to how it is told.
   *
   * @param what was asked, for the log
   * @param changes as above
   */
  static ErrorReport report(Throwable failure, String what, boolean changes) {
    return switch (cause(failure)) {
      case BadRequest bad ->
          new ErrorReport(
              ErrorReport.Kind.BAD_REQUEST,
              message(bad),
              Optional.of(bad.pointer()),
              Optional.of(bad.found()),
              Optional.of(bad.expected()),
              Optional.empty());
      case CommandFailure.NotLeader notLeader -> notLeader(notLeader);
      case CommandFailure.Busy busy -> ErrorReport.of(ErrorReport.Kind.BUSY, message(busy));
      case CommandFailure.Unavailable unavailable ->
          ErrorReport.of(ErrorReport.Kind.UNAVAILABLE, message(unavailable));
      case CommandFailure.Compacted compacted ->
          ErrorReport.of(ErrorReport.Kind.COMPACTED, message(compacted));
      case CommandFailure.TooLarge large ->
          ErrorReport.of(ErrorReport.Kind.TOO_LARGE, message(large));
      case CommandFailure.OutcomeUnknown unknown ->
          ErrorReport.of(ErrorReport.Kind.OUTCOME_UNKNOWN, message(unknown));
      case TimeoutException timeout ->
          changes
              ? ErrorReport.of(
                  ErrorReport.Kind.OUTCOME_UNKNOWN,
                  "no answer in time; it may have happened: ask again with the same ids")
              : ErrorReport.of(ErrorReport.Kind.TIMED_OUT, "no answer in time");
      case Throwable other -> {
        LOG.error("{} failed", what, other);
        yield ErrorReport.of(
            changes ? ErrorReport.Kind.OUTCOME_UNKNOWN : ErrorReport.Kind.INTERNAL,
            "unexpected: " + other);
      }
    };
  }

  private static ErrorReport notLeader(CommandFailure.NotLeader failure) {
    return new ErrorReport(
        failure.leader().isPresent() ? ErrorReport.Kind.NOT_LEADER : ErrorReport.Kind.NO_LEADER,
        message(failure),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        failure.leader());
  }

  /** The same path and query at another replica. */
  static String at(URI base, String uri) {
    String text = base.toString();
    return (text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + uri;
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
