package org.ultravisor.node.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Columns of text, aligned: numbers to the right, the rest to the left. */
public final class Table {
  private final List<String> headers;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headers) {
    this.headers = List.of(headers);
  }

  /** Adds a row with one value a header. */
  public Table row(Object... values) {
    if (values.length != headers.size()) {
      throw new IllegalArgumentException(
          "a row of %d values for %d headers".formatted(values.length, headers.size()));
    }
    rows.add(Stream.of(values).map(String::valueOf).toList());
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    line(text, headers);
    rows.forEach(row -> line(text.append('\n'), row));
    return text.toString();
  }

  private void line(StringBuilder text, List<String> cells) {
    int start = text.length();
    for (int column = 0; column < headers.size(); column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(width(column) - cell.length());
      text.append(column == 0 ? "" : "  ");
      text.append(isNumeric(column) ? padding + cell : cell + padding);
    }
    int end = text.length();
    while (end > start && text.charAt(end - 1) == ' ') {
      end--;
    }
    text.setLength(end);
  }

  private int width(int column) {
    return Stream.concat(Stream.of(headers), rows.stream())
        .mapToInt(cells -> cells.get(column).length())
        .max()
        .orElse(0);
  }

  private boolean isNumeric(int column) {
    return !rows.isEmpty()
        && rows.stream()
            .allMatch(row -> row.get(column).matches("-?[0-9][0-9,.]*( ?[%a-zA-Z]+)?|-"));
  }
}
