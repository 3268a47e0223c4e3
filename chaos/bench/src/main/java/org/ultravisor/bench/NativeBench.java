package org.ultravisor.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ultravisor.node.local.NativePrograms;

/** {@code uvbench}, which measures the reader's side in C and prints one object. */
final class NativeBench implements AutoCloseable {
  private final Process process;

  private NativeBench(Process process) {
    this.process = process;
  }

  static NativeBench start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(NativePrograms.find().program("uvbench").toString());
    command.addAll(List.of(arguments));
    return new NativeBench(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Waits for its end and gives what it printed. */
  JsonNode result() throws IOException, InterruptedException {
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException("uvbench ended with exit code %d: %s".formatted(code, printed));
    }
    return new ObjectMapper().readTree(printed);
  }

  static double number(JsonNode result, String name) throws IOException {
    JsonNode value = result.get(name);
    if (value == null || !value.isNumber()) {
      throw new IOException("uvbench printed no number '%s': %s".formatted(name, result));
    }
    return value.asDouble();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
