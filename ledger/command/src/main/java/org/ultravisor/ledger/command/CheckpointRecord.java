package org.ultravisor.ledger.command;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.ultravisor.ledger.core.StateRecord;

/**
 * One record of a checkpoint.
 *
 * @param table which kind of record
 * @param key in hexadecimal
 * @param value in hexadecimal, in parts of at most 32,768 digits
 */
public record CheckpointRecord(int table, String key, List<String> value) {
  private static final int MOST_DIGITS = 32 << 10;

  public CheckpointRecord {
    value = List.copyOf(value);
  }

  public static CheckpointRecord of(StateRecord record) {
    String value = HexFormat.of().formatHex(record.value());
    List<String> parts = new ArrayList<>();
    for (int from = 0; from < value.length(); from += MOST_DIGITS) {
      parts.add(value.substring(from, Math.min(value.length(), from + MOST_DIGITS)));
    }
    return new CheckpointRecord(record.table(), HexFormat.of().formatHex(record.key()), parts);
  }

  /**
   * What it says.
   *
   * @throws IllegalArgumentException if it is not hexadecimal
   */
  public StateRecord record() {
    HexFormat hex = HexFormat.of();
    return new StateRecord(table, hex.parseHex(key), hex.parseHex(String.join("", value)));
  }

  /** Where the records behind this one begin. */
  public String position() {
    return "%02x%s".formatted(table, key);
  }
}
