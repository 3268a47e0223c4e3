package org.ultravisor.chaos.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.ultravisor.ledger.core.Outcome;

/**
 * The answers that a client of a run got, in a file: one line each, in the order of the requests. A
 * line without its end was never written as far as anybody knows.
 */
final class Answers implements AutoCloseable {
  private final FileChannel file;

  Answers(Path path) throws IOException {
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  void add(String answer) throws IOException {
    file.write(ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  static String line(Outcome outcome) {
    return outcome.toString().replace('\n', ' ');
  }

  static List<String> read(Path path) throws IOException {
    if (!Files.exists(path)) {
      return List.of();
    }
    String text = Files.readString(path);
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (!text.isEmpty() && !text.endsWith("\n")) {
      lines.removeLast();
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
