package org.ultravisor.node.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Runs commands and remembers what they printed. */
final class Cli {
  private final Map<String, String> environment;
  private String input = "";
  String out = "";
  String err = "";

  Cli(Map<String, String> environment) {
    this.environment = environment;
  }

  Cli input(String text) {
    input = text;
    return this;
  }

  int run(String... args) {
    StringWriter outWriter = new StringWriter();
    StringWriter errWriter = new StringWriter();
    int exitCode =
        Ultravisor.run(
            new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(outWriter),
                new PrintWriter(errWriter),
                environment),
            args);
    out = outWriter.toString();
    err = errWriter.toString();
    return exitCode;
  }
}
