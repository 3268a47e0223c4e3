package org.ultravisor.node.cli;

/** Ends a command with a message for people that says what to do next, and an exit code. */
public final class CliFailure extends Exception {
  private static final long serialVersionUID = 1;
  private final int exitCode;

  private CliFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public static CliFailure failed(String message) {
    return new CliFailure(ExitCode.FAILED, message);
  }

  public static CliFailure usage(String message) {
    return new CliFailure(ExitCode.USAGE, message);
  }

  public static CliFailure unknown(String message) {
    return new CliFailure(ExitCode.UNKNOWN, message);
  }

  public int exitCode() {
    return exitCode;
  }
}
