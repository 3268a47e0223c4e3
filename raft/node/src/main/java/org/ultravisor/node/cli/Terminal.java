package org.ultravisor.node.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The world around the command line: tests replace it.
 *
 * @param environment the process's environment variables
 */
public record Terminal(
    InputStream in, PrintWriter out, PrintWriter err, Map<String, String> environment) {

  /** This process's. */
  public static Terminal system() {
    return new Terminal(
        System.in,
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        System.getenv());
  }
}
