package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ultravisor.node.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns what a verb throws into a message on standard error, an object on standard output if JSON
 * was asked for, and an exit code.
 */
final class Failures implements IExecutionExceptionHandler {
  private final Terminal terminal;

  Failures(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine verb, ParseResult parsed) {
    int exitCode = e instanceof CliFailure failure ? failure.exitCode() : ExitCode.FAILED;
    String message =
        e instanceof CliFailure || e instanceof ConfigException
            ? String.valueOf(e.getMessage())
            : verb.getCommandName() + " failed: " + describe(e);
    verb.getErr().println("ultravisor: " + message);
    if (terminal.environment().containsKey("ULTRAVISOR_DEBUG")) {
      e.printStackTrace(verb.getErr());
    }
    verb.getErr().flush();
    if (parsed.originalArgs().contains("--json")) {
      ObjectNode error = JsonNodeFactory.instance.objectNode();
      error.put("error", message).put("exitCode", exitCode);
      verb.getOut().println(Output.toJson(error));
      verb.getOut().flush();
    }
    return exitCode;
  }

  private static String describe(Exception e) {
    StringBuilder text = new StringBuilder(e.toString());
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      text.append("; because of ").append(cause);
    }
    return text + " (ULTRAVISOR_DEBUG=1 shows where)";
  }
}
