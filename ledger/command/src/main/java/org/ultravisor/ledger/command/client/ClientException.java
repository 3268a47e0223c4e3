package org.ultravisor.ledger.command.client;

import org.ultravisor.ledger.command.ErrorReport;

/** A request that cannot be answered: it is wrong, or nobody answered in time. */
public final class ClientException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient ErrorReport report;

  ClientException(ErrorReport report) {
    super(report.error() + ": " + report.message());
    this.report = report;
  }

  static ClientException noAnswer(String why) {
    return new ClientException(
        ErrorReport.of(ErrorReport.Kind.TIMED_OUT, "no answer within the deadline: " + why));
  }

  static ClientException closed() {
    return new ClientException(
        ErrorReport.of(ErrorReport.Kind.UNAVAILABLE, "the client is closed"));
  }

  /** What the replica said. */
  public ErrorReport report() {
    return report;
  }
}
