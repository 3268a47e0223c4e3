package org.ultravisor.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Mixed into every verb: its {@code --json} option and where it prints. */
public final class Output {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec mixee;

  @Option(
      names = "--json",
      description = "Print JSON, one value a line, instead of tables and sentences.")
  private boolean json;

  /** Whether JSON was asked for. */
  public boolean json() {
    return json;
  }

  /** Standard output. */
  public PrintWriter out() {
    return spec().commandLine().getOut();
  }

  /** Standard error: progress and messages that are not the answer. */
  public PrintWriter err() {
    return spec().commandLine().getErr();
  }

  /** Prints one line of JSON. */
  public void printJson(JsonNode value) {
    out().println(toJson(value));
    out().flush();
  }

  /** Prints text for people; not for {@code --json}. */
  public void print(Object text) {
    out().println(text);
    out().flush();
  }

  Terminal terminal() {
    return ((Ultravisor) spec().root().userObject()).terminal();
  }

  static String toJson(JsonNode value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree could not be written", e);
    }
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(mixee, "Output is not mixed into a command");
  }
}
